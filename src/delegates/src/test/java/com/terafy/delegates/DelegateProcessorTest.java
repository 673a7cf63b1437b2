package com.terafy.delegates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelegateProcessorTest {

    private static final String BASE = """
            package p;
            abstract class Base {
                void detach() {}
                abstract java.sql.SQLException failed(java.sql.SQLException e);
                abstract java.sql.SQLException closedError();
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aMethodFetchesTheDriversObjectCallsItAndReportsItsError() {
        String source = generate("String read(int column) throws SQLException;", "");

        assertThat(source).contains("""
                            @Override
                            public String read(int column) throws SQLException {
                                Thing driver = thing();
                                try {
                                    return driver.read(column);
                                } catch (SQLException e) {
                                    throw failed(e);
                                }
                            }
                        """);
    }

    @Test
    void theDriversObjectIsAFieldThatIsNullOnAClosedHandle() {
        assertThat(generate("", ""))
                .contains("abstract class ThingDelegate extends Base implements Thing {")
                .contains("""
                            final Thing thing() throws SQLException {
                                Thing driver = thing;
                                if (driver == null) {
                                    throw closedError();
                                }
                                return driver;
                            }
                        """)
                .contains("""
                            void detach() {
                                super.detach();
                                thing = null;
                            }
                        """);
    }

    @Test
    void aDefaultMethodIsDelegatedAndAStaticOneIsNot() {
        String source = generate("default void later() throws SQLException {}  static void now() {}", "");

        assertThat(source).contains("driver.later();").doesNotContain("now(");
    }

    @Test
    void aMethodWithoutSqlExceptionFailsOnAClosedHandleWithAnIllegalState() {
        assertThat(generate("int pid();", ""))
                .contains("""
                            public int pid() {
                                return openThing().pid();
                            }
                        """)
                .contains("throw new IllegalStateException(closedError().getMessage());");
    }

    @Test
    void aMethodWithANarrowerExceptionIsLeftToTheSubclass() {
        assertThat(generate("void set() throws SQLClientInfoException; void get() throws SQLException;", ""))
                .doesNotContain("set()")
                .contains("get()");
    }

    @Test
    void aWrappedResultGoesThroughHandleWithTheTextWhereAsked() {
        String source = generate(
                "Statement a(int x) throws SQLException; PreparedStatement b(String q) throws SQLException;",
                "wrapped = Statement.class, wrappedWithText = PreparedStatement.class,");

        assertThat(source)
                .contains("return handle(driver.a(x));")
                .contains("return handle(driver.b(q), q);")
                .contains("abstract Statement handle(Statement result) throws SQLException;")
                .contains("abstract PreparedStatement handle(PreparedStatement result, String text)");
    }

    @Test
    void aHookSurroundsTheMethodsItNames() {
        String source = generate(
                "void runText(String q) throws SQLException; void runAll() throws SQLException;"
                        + " void stop() throws SQLException;",
                "hooks = @GenerateDelegate.Hook(methods = \"run\", before = \"starting\", withText = true,"
                        + " after = \"ended\"),");

        assertThat(source)
                .contains("""
                                Thing driver = thing();
                                starting(q);
                                try {
                                    driver.runText(q);
                                } catch (SQLException e) {
                                    throw failed(e);
                                } catch (RuntimeException | Error e) {
                                    brokenOff();
                                    throw e;
                                } finally {
                                    ended();
                                }
                        """)
                .contains("        starting();\n        try {\n            driver.runAll();")
                .contains("        Thing driver = thing();\n        try {\n            driver.stop();")
                .contains("abstract void starting(String text) throws SQLException;")
                .contains("abstract void ended();");
    }

    @Test
    void anInterfaceThatTheDriversTypeLacksIsReachedByACast() {
        String source = generate("", "", "int more() throws SQLException;", "Thing.class, Extra.class");

        assertThat(source).contains("implements Thing, Extra {").contains("return ((Extra) driver).more();");
    }

    @Test
    void genericMethodsVarArgsAndDeprecatedOnesCompileWithoutWarnings() {
        String source = generate(
                "<T extends Number> T as(Class<? extends T> type, Map<String, T[]> map) throws SQLException;"
                        + " void all(String... texts) throws SQLException;"
                        + " @Deprecated void old() throws SQLException;",
                "");

        assertThat(source)
                .contains("<T extends Number> T as(Class<? extends T> type, Map<String, T[]> map)")
                .contains("void all(String... texts)");
    }

    @Test
    void aMethodDeclaredAgainInASubtypeIsWrittenOnce() {
        String source = generate("void close() throws SQLException;", "", "", "Thing.class", "AutoCloseable");

        assertThat(source).containsOnlyOnce("void close() throws SQLException");
    }

    @Test
    void theMethodsAreSortedSoThatTheSourceIsReproducible() {
        String methods = "void b() throws SQLException; void c() throws SQLException; void a() throws SQLException;";

        assertThat(generate(methods, "")).containsSubsequence("void a()", "void b()", "void c()");
    }

    @Test
    void parametersOfTheJdkWithoutNamesAreNamedByTheirTypes() {
        String source = generate("", "", "", "Array.class", "Nothing", "Array");

        assertThat(source).contains("getArray(long number, int number2, Map<String, Class<?>> map)");
    }

    private String generate(String methods, String attributes) {
        return generate(methods, attributes, "", "Thing.class");
    }

    private String generate(String methods, String attributes, String extra, String of) {
        return generate(methods, attributes, extra, of, "Nothing");
    }

    private String generate(String methods, String attributes, String extra, String of, String parent) {
        return generate(methods, attributes, extra, of, parent, "Thing");
    }

    /** The source of the delegate, compiled without a warning together with what asks for it. */
    private String generate(String methods, String attributes, String extra, String of, String parent, String driver) {
        String imports = """
                package p;
                import com.terafy.delegates.GenerateDelegate;
                import java.sql.*;
                import java.util.Map;
                """;
        String handle = """
                @GenerateDelegate(name = "%1$sDelegate", superclass = Base.class, %2$s
                    driver = %1$s.class, of = {%3$s})
                abstract class ThingHandle extends %1$sDelegate { ThingHandle(%1$s driver) { super(driver); } }
                """.formatted(driver, attributes, of);
        compile(
                new Source("p/Base.java", BASE),
                new Source("p/Nothing.java", "package p; interface Nothing {}"),
                new Source("p/Extra.java", imports + "interface Extra { " + extra + " }"),
                new Source("p/Thing.java", imports + "interface Thing extends " + parent + " { " + methods + " }"),
                new Source("p/ThingHandle.java", imports + handle));
        try {
            return Files.readString(directory.resolve("p").resolve(driver + "Delegate.java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(Source... sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(StandardLocation.SOURCE_OUTPUT, List.of(directory));
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(directory));
            JavaCompiler.CompilationTask task = compiler.getTask(
                    messages,
                    files,
                    null,
                    List.of("--release", "17", "-Xlint:all,-processing,-options"),
                    null,
                    List.of(sources));
            task.setProcessors(List.of(new DelegateProcessor()));
            assertThat(task.call()).as(() -> messages.toString()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(messages.toString()).isEmpty();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String content;

        Source(String name, String content) {
            super(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE);
            this.content = content;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return content;
        }
    }
}
