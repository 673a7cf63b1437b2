package com.terafy.delegates;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Which methods a delegate has, and what is to be known about each. */
final class DelegateMethods {

    /** How a method reports an error. */
    enum Failure {
        /** It declares SQLException. */
        SQL_EXCEPTION,
        /** It declares only a narrower exception; the subclass writes it. */
        NARROWER,
        /** It declares no SQLException at all. */
        UNCHECKED
    }

    private final Types types;
    private final TypeMirror sqlException;

    DelegateMethods(Elements elements, Types types) {
        this.types = types;
        this.sqlException = elements.getTypeElement("java.sql.SQLException").asType();
    }

    /** The methods to write: sorted, so that the source does not depend on the compiler's order. */
    Collection<ExecutableElement> of(DelegateRequest request) {
        Set<String> inherited = new HashSet<>();
        request.inherited()
                .forEach(type -> inherited.addAll(instanceMethods(type).keySet()));
        NavigableMap<String, ExecutableElement> methods = new TreeMap<>();
        request.interfaces().forEach(type -> instanceMethods(type).forEach(methods::putIfAbsent));
        methods.keySet().removeAll(inherited);
        methods.values().removeIf(method -> failure(method) == Failure.NARROWER);
        return methods.values();
    }

    /** By signature, so that a method that an interface declares anew counts once: the subtype's declaration. */
    private NavigableMap<String, ExecutableElement> instanceMethods(TypeElement type) {
        NavigableMap<String, ExecutableElement> methods = new TreeMap<>();
        for (ExecutableElement method : ElementFilter.methodsIn(type.getEnclosedElements())) {
            if (!method.getModifiers().contains(Modifier.STATIC)
                    && !method.getModifiers().contains(Modifier.PRIVATE)) {
                methods.put(signature(method), method);
            }
        }
        for (TypeMirror parent : type.getInterfaces()) {
            instanceMethods((TypeElement) ((DeclaredType) parent).asElement()).forEach(methods::putIfAbsent);
        }
        return methods;
    }

    private String signature(ExecutableElement method) {
        return method.getParameters().stream()
                .map(parameter -> types.erasure(parameter.asType()).toString())
                .collect(Collectors.joining(",", method.getSimpleName() + "(", ")"));
    }

    Failure failure(ExecutableElement method) {
        List<? extends TypeMirror> thrown = method.getThrownTypes();
        if (thrown.stream().anyMatch(type -> types.isSameType(type, sqlException))) {
            return Failure.SQL_EXCEPTION;
        }
        boolean narrower = thrown.stream().anyMatch(type -> types.isSubtype(type, sqlException));
        return narrower ? Failure.NARROWER : Failure.UNCHECKED;
    }

    /** Whether the driver's object has to be cast to reach the method. */
    boolean needsCast(ExecutableElement method, DeclaredType driver) {
        return !types.isSubtype(driver, types.erasure(declaringType(method)));
    }

    TypeMirror declaringType(ExecutableElement method) {
        return Objects.requireNonNull(method.getEnclosingElement()).asType();
    }

    boolean contains(List<TypeMirror> list, TypeMirror type) {
        return list.stream().anyMatch(each -> types.isSameType(each, type));
    }

    /** Whether the class, or what is known of its superclasses, declares such a method. */
    boolean has(TypeElement type, String name, List<TypeMirror> parameters) {
        boolean declared = ElementFilter.methodsIn(type.getEnclosedElements()).stream()
                .filter(method -> method.getSimpleName().contentEquals(name))
                .anyMatch(method -> haveTypes(method.getParameters(), parameters));
        if (declared || !(type.getSuperclass() instanceof DeclaredType above)) {
            return declared;
        }
        return has((TypeElement) above.asElement(), name, parameters);
    }

    private boolean haveTypes(List<? extends VariableElement> parameters, List<TypeMirror> wanted) {
        return parameters.size() == wanted.size()
                && IntStream.range(0, wanted.size())
                        .allMatch(i -> types.isSameType(parameters.get(i).asType(), wanted.get(i)));
    }

    boolean isVoid(ExecutableElement method) {
        return method.getReturnType().getKind() == TypeKind.VOID;
    }

    boolean beginsWithText(ExecutableElement method) {
        return !method.getParameters().isEmpty()
                && method.getParameters().get(0).asType() instanceof DeclaredType first
                && ((TypeElement) first.asElement()).getQualifiedName().contentEquals("java.lang.String");
    }

    boolean accepts(TypeMirror parameter, DeclaredType driver) {
        return types.isSubtype(driver, parameter);
    }

    /** The superclass's only constructor. */
    ExecutableElement constructor(TypeElement superclass) {
        List<ExecutableElement> constructors = superclass.getEnclosedElements().stream()
                .filter(member -> member.getKind() == ElementKind.CONSTRUCTOR)
                .map(ExecutableElement.class::cast)
                .toList();
        if (constructors.size() != 1) {
            throw new IllegalArgumentException(
                    superclass.getQualifiedName() + " has " + constructors.size() + " constructors, not one");
        }
        return constructors.get(0);
    }
}
