package com.terafy.delegates;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.TypeMirror;

/** Writes the source of one delegate. For one use. */
final class DelegateWriter {

    /** What the subclass does where anything but an SQLException comes out of a method that has a hook after it. */
    private static final String BROKEN_OFF = "brokenOff";

    /** Names that the generated methods use themselves. */
    private static final Set<String> OWN_NAMES = Set.of("driver", "e");

    private final DelegateRequest request;
    private final DelegateMethods methods;
    private final SourceNames names;
    private final String driverType;
    private final String field;
    private final String openField;
    private final StringBuilder body = new StringBuilder();

    /** Declarations of the subclass's methods that the generated ones call. */
    private final NavigableSet<String> called = new TreeSet<>();

    DelegateWriter(DelegateRequest request, DelegateMethods methods) {
        this.request = request;
        this.methods = methods;
        this.names = new SourceNames(request.packageName());
        List.of(
                        "java.sql.SQLException",
                        "javax.annotation.processing.Generated",
                        "org.jspecify.annotations.NullUnmarked")
                .forEach(names::add);
        this.driverType = names.type(request.driver());
        String first = request.interfaces().get(0).getSimpleName().toString();
        this.field = SourceNames.decapitalized(first);
        this.openField = "open" + first;
    }

    String source() {
        String interfaces = request.interfaces().stream()
                .map(type -> names.type(type.asType()))
                .collect(Collectors.joining(", "));
        String superclass = names.type(request.superclass().asType());
        writeDriverObject();
        methods.of(request).forEach(this::writeMethod);
        called.forEach(declaration ->
                body.append("\n    abstract ").append(declaration).append(";\n"));
        return "package " + request.packageName() + ";\n\n" + names.imports()
                + """

                /** Passes every method on to the driver's object. Generated. */
                @Generated("%s")
                @NullUnmarked
                @SuppressWarnings("deprecation")
                abstract class %s extends %s implements %s {
                %s}
                """.formatted(DelegateProcessor.class.getName(), request.name(), superclass, interfaces, body);
    }

    private void writeDriverObject() {
        body.append("""

                    /** The driver's object; null once this handle is closed. */
                    %1$s %2$s;

                %4$s
                    /** The driver's object; fails once this handle is closed. */
                    final %1$s %2$s() throws SQLException {
                        %1$s driver = %2$s;
                        if (driver == null) {
                            throw closedError();
                        }
                        return driver;
                    }

                    /** As {@link #%2$s()}, for methods that cannot throw an SQLException. */
                    final %1$s %3$s() {
                        %1$s driver = %2$s;
                        if (driver == null) {
                            throw new IllegalStateException(closedError().getMessage());
                        }
                        return driver;
                    }

                    @Override
                    void detach() {
                        super.detach();
                        %2$s = null;
                    }
                """.formatted(driverType, field, openField, constructor()));
    }

    private String constructor() {
        ExecutableElement above = methods.constructor(request.superclass());
        List<String> parameterNames = new ArrayList<>(names.parameters(above, Set.of("driver")));
        List<String> types = new ArrayList<>(above.getParameters().stream()
                .map(parameter -> names.type(parameter.asType()))
                .toList());
        int last = types.size() - 1;
        List<String> passedOn = new ArrayList<>(parameterNames);
        if (last >= 0 && methods.accepts(above.getParameters().get(last).asType(), request.driver())) {
            types.set(last, driverType);
            parameterNames.set(last, "driver");
            passedOn.set(last, "driver");
        } else {
            types.add(driverType);
            parameterNames.add("driver");
        }
        return """
                    %s(%s) {%s
                        this.%s = driver;
                    }
                """.formatted(
                        request.name(),
                        parameters(types, parameterNames),
                        passedOn.isEmpty() ? "" : "\n        super(" + String.join(", ", passedOn) + ");",
                        field);
    }

    private void writeMethod(ExecutableElement method) {
        List<String> parameterNames = names.parameters(method, OWN_NAMES);
        List<String> types = method.getParameters().stream()
                .map(VariableElement::asType)
                .map(names::type)
                .toList();
        if (method.isVarArgs()) {
            types = withVarArgs(method, types);
        }
        body.append("\n    @Override\n    public ")
                .append(names.typeParameters(method))
                .append(names.type(method.getReturnType()))
                .append(' ')
                .append(method.getSimpleName())
                .append('(')
                .append(parameters(types, parameterNames))
                .append(')')
                .append(throwsClause(method))
                .append(" {\n");
        if (methods.failure(method) == DelegateMethods.Failure.UNCHECKED) {
            writeUnchecked(method, parameterNames);
        } else {
            writeChecked(method, parameterNames);
        }
        body.append("    }\n");
    }

    private void writeUnchecked(ExecutableElement method, List<String> arguments) {
        String driver = openField + "()";
        Optional<DelegateRequest.Hook> hook = request.hook(method);
        if (hook.isPresent()) {
            body.append("        ")
                    .append(driverType)
                    .append(" driver = ")
                    .append(driver)
                    .append(";\n");
            body.append("        ")
                    .append(before(hook.get(), method, arguments))
                    .append(";\n");
            driver = "driver";
        }
        body.append("        ").append(call(method, driver, arguments)).append(";\n");
    }

    private void writeChecked(ExecutableElement method, List<String> arguments) {
        Optional<DelegateRequest.Hook> hook = request.hook(method);
        body.append("        ")
                .append(driverType)
                .append(" driver = ")
                .append(field)
                .append("();\n");
        hook.ifPresent(each ->
                body.append("        ").append(before(each, method, arguments)).append(";\n"));
        body.append("        try {\n            ")
                .append(call(method, "driver", arguments))
                .append("""
                ;
                        } catch (SQLException e) {
                            throw failed(e);
                """);
        hook.map(DelegateRequest.Hook::after).filter(after -> !after.isEmpty()).ifPresent(this::writeFinally);
        body.append("        }\n");
    }

    private void writeFinally(String after) {
        declare("void " + BROKEN_OFF + "()", BROKEN_OFF);
        declare("void " + after + "()", after);
        body.append("        } catch (RuntimeException | Error e) {\n            ")
                .append(BROKEN_OFF)
                .append("();\n            throw e;\n");
        body.append("        } finally {\n            ").append(after).append("();\n");
    }

    /** Declares a method of the subclass unless the superclass has it. */
    private void declare(String declaration, String name, TypeMirror... parameters) {
        if (!methods.has(request.superclass(), name, List.of(parameters))) {
            called.add(declaration);
        }
    }

    private String before(DelegateRequest.Hook hook, ExecutableElement method, List<String> arguments) {
        if (hook.withText() && methods.beginsWithText(method)) {
            TypeMirror text = method.getParameters().get(0).asType();
            declare("void " + hook.before() + "(String text) throws SQLException", hook.before(), text);
            return hook.before() + "(" + arguments.get(0) + ")";
        }
        declare("void " + hook.before() + "() throws SQLException", hook.before());
        return hook.before() + "()";
    }

    private String call(ExecutableElement method, String driver, List<String> arguments) {
        String reached = methods.needsCast(method, request.driver())
                ? "((" + names.type(methods.declaringType(method)) + ") " + driver + ")"
                : driver;
        String call = reached + "." + method.getSimpleName() + "(" + String.join(", ", arguments) + ")";
        if (methods.isVoid(method)) {
            return call;
        }
        TypeMirror result = method.getReturnType();
        String type = names.type(result);
        if (methods.contains(request.wrappedWithText(), result)) {
            TypeMirror text = method.getParameters().get(0).asType();
            declare(type + " handle(" + type + " result, String text) throws SQLException", "handle", result, text);
            return "return handle(" + call + ", " + arguments.get(0) + ")";
        }
        if (methods.contains(request.wrapped(), result)) {
            declare(type + " handle(" + type + " result) throws SQLException", "handle", result);
            return "return handle(" + call + ")";
        }
        return "return " + call;
    }

    private String throwsClause(ExecutableElement method) {
        if (method.getThrownTypes().isEmpty()) {
            return "";
        }
        return method.getThrownTypes().stream().map(names::type).collect(Collectors.joining(", ", " throws ", ""));
    }

    private List<String> withVarArgs(ExecutableElement method, List<String> types) {
        List<String> result = new ArrayList<>(types);
        int last = types.size() - 1;
        ArrayType array = (ArrayType) method.getParameters().get(last).asType();
        result.set(last, names.type(array.getComponentType()) + "...");
        return result;
    }

    private static String parameters(List<String> types, List<String> parameterNames) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> types.get(i) + " " + parameterNames.get(i))
                .collect(Collectors.joining(", "));
    }
}
