package com.terafy.delegates;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;

/** What one {@link GenerateDelegate} asks for. */
record DelegateRequest(
        String packageName,
        String name,
        TypeElement superclass,
        DeclaredType driver,
        List<TypeElement> interfaces,
        List<TypeElement> inherited,
        List<TypeMirror> wrapped,
        List<TypeMirror> wrappedWithText,
        List<Hook> hooks) {

    /** See {@link GenerateDelegate.Hook}. */
    record Hook(List<String> methods, String before, boolean withText, String after) {

        boolean appliesTo(ExecutableElement method) {
            return methods.stream().anyMatch(method.getSimpleName().toString()::startsWith);
        }
    }

    static DelegateRequest of(TypeElement annotated, Elements elements) {
        AnnotationMirror annotation = annotated.getAnnotationMirrors().stream()
                .filter(mirror -> isNamed(mirror, GenerateDelegate.class.getName()))
                .findFirst()
                .orElseThrow();
        Values values = Values.of(annotation, elements);
        return new DelegateRequest(
                elements.getPackageOf(annotated).getQualifiedName().toString(),
                values.text("name"),
                element(values.type("superclass")),
                (DeclaredType) values.type("driver"),
                values.types("of").stream().map(DelegateRequest::element).toList(),
                values.types("inherited").stream().map(DelegateRequest::element).toList(),
                values.types("wrapped"),
                values.types("wrappedWithText"),
                values.list("hooks").stream()
                        .map(value -> hook(Values.of((AnnotationMirror) value.getValue(), elements)))
                        .toList());
    }

    private static Hook hook(Values values) {
        return new Hook(
                values.list("methods").stream()
                        .map(value -> (String) value.getValue())
                        .toList(),
                values.text("before"),
                (Boolean) values.get("withText").getValue(),
                values.text("after"));
    }

    private static boolean isNamed(AnnotationMirror mirror, String name) {
        return element(mirror.getAnnotationType()).getQualifiedName().contentEquals(name);
    }

    private static TypeElement element(TypeMirror type) {
        return (TypeElement) ((DeclaredType) type).asElement();
    }

    String qualifiedName() {
        return packageName + "." + name;
    }

    Optional<Hook> hook(ExecutableElement method) {
        return hooks.stream().filter(hook -> hook.appliesTo(method)).findFirst();
    }

    /** The values of an annotation, defaults included. */
    private record Values(Map<String, AnnotationValue> byName) {

        static Values of(AnnotationMirror annotation, Elements elements) {
            return new Values(elements.getElementValuesWithDefaults(annotation).entrySet().stream()
                    .collect(Collectors.toMap(
                            entry -> entry.getKey().getSimpleName().toString(), Map.Entry::getValue)));
        }

        AnnotationValue get(String name) {
            return Optional.ofNullable(byName.get(name)).orElseThrow();
        }

        String text(String name) {
            return (String) get(name).getValue();
        }

        TypeMirror type(String name) {
            return (TypeMirror) get(name).getValue();
        }

        @SuppressWarnings("unchecked")
        List<? extends AnnotationValue> list(String name) {
            return (List<? extends AnnotationValue>) get(name).getValue();
        }

        List<TypeMirror> types(String name) {
            return list(name).stream()
                    .map(value -> (TypeMirror) value.getValue())
                    .toList();
        }
    }
}
