package com.terafy.delegates;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;

/** How types and parameters are called in one generated file; collects the imports. Type annotations are left out. */
final class SourceNames {

    private static final Map<String, String> PARAMETER_NAMES = Map.ofEntries(
            Map.entry("boolean", "flag"),
            Map.entry("byte", "number"),
            Map.entry("short", "number"),
            Map.entry("int", "number"),
            Map.entry("long", "number"),
            Map.entry("float", "number"),
            Map.entry("double", "number"),
            Map.entry("char", "character"),
            Map.entry("String", "text"),
            Map.entry("Class", "type"));

    private final String homePackage;
    private final NavigableMap<String, String> imports = new TreeMap<>();

    SourceNames(String homePackage) {
        this.homePackage = homePackage;
    }

    /** The import lines for every type named so far. */
    String imports() {
        return imports.values().stream()
                .filter(name ->
                        !packageOf(name).equals(homePackage) && !packageOf(name).equals("java.lang"))
                .sorted()
                .map(name -> "import " + name + ";\n")
                .collect(Collectors.joining());
    }

    /** The type as it is written in the file. */
    String type(TypeMirror type) {
        return switch (type.getKind()) {
            case ARRAY -> type(((ArrayType) type).getComponentType()) + "[]";
            case DECLARED -> declared((DeclaredType) type);
            case TYPEVAR -> ((TypeVariable) type).asElement().getSimpleName().toString();
            case WILDCARD -> wildcard((WildcardType) type);
            default -> type.getKind().name().toLowerCase(Locale.ROOT);
        };
    }

    private String declared(DeclaredType type) {
        String name = imported((TypeElement) type.asElement());
        List<? extends TypeMirror> arguments = type.getTypeArguments();
        return arguments.isEmpty() ? name : name + list(arguments);
    }

    private String list(List<? extends TypeMirror> types) {
        return types.stream().map(this::type).collect(Collectors.joining(", ", "<", ">"));
    }

    private String wildcard(WildcardType type) {
        if (type.getExtendsBound() != null) {
            return "? extends " + type(type.getExtendsBound());
        }
        return type.getSuperBound() == null ? "?" : "? super " + type(type.getSuperBound());
    }

    /** The simple name if nothing else of that name is imported, otherwise the full one. */
    private String imported(TypeElement element) {
        if (element.getEnclosingElement() instanceof TypeElement outer) {
            return imported(outer) + "." + element.getSimpleName();
        }
        String simpleName = element.getSimpleName().toString();
        String fullName = element.getQualifiedName().toString();
        String taken = imports.putIfAbsent(simpleName, fullName);
        return taken == null || taken.equals(fullName) ? simpleName : fullName;
    }

    /** Names a class of the JDK that the file needs in any case. */
    void add(String fullName) {
        imports.put(fullName.substring(fullName.lastIndexOf('.') + 1), fullName);
    }

    /** {@code <T extends X>} and a blank, or nothing. */
    String typeParameters(ExecutableElement method) {
        if (method.getTypeParameters().isEmpty()) {
            return "";
        }
        return method.getTypeParameters().stream()
                .map(this::typeParameter)
                .collect(Collectors.joining(", ", "<", "> "));
    }

    private String typeParameter(TypeParameterElement parameter) {
        List<String> bounds = parameter.getBounds().stream()
                .map(this::type)
                .filter(name -> !name.equals("Object"))
                .toList();
        String name = parameter.getSimpleName().toString();
        return bounds.isEmpty() ? name : name + " extends " + String.join(" & ", bounds);
    }

    /**
     * Names for the parameters. The JDK's interfaces come without parameter names when compiled for a release, so they
     * are made from the types there.
     */
    List<String> parameters(ExecutableElement method, Set<String> taken) {
        Set<String> used = new HashSet<>(taken);
        return method.getParameters().stream()
                .map(parameter -> parameterName(parameter, used))
                .toList();
    }

    private String parameterName(VariableElement parameter, Set<String> used) {
        String given = parameter.getSimpleName().toString();
        String wanted = given.matches("arg\\d+") ? nameFor(parameter.asType()) : given;
        String name = wanted;
        for (int number = 2; !used.add(name); number++) {
            name = wanted + number;
        }
        return name;
    }

    private String nameFor(TypeMirror type) {
        if (type instanceof ArrayType array) {
            return nameFor(array.getComponentType()) + "s";
        }
        String simpleName = type instanceof DeclaredType declared
                ? declared.asElement().getSimpleName().toString()
                : type instanceof TypeVariable ? "value" : type(type);
        return PARAMETER_NAMES.getOrDefault(simpleName, decapitalized(simpleName));
    }

    static String decapitalized(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static String packageOf(String fullName) {
        int dot = fullName.lastIndexOf('.');
        return dot < 0 ? "" : fullName.substring(0, dot);
    }
}
