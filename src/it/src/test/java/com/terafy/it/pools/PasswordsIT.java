package com.terafy.it.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Awaiting;
import com.terafy.it.Cli;
import com.terafy.it.Management;
import com.terafy.it.pools.inside.FileToken;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passwords from where users of WildFly keep them, on a server as it is downloaded: encrypted in standalone.xml with a key in
 * a credential store, after config/wildfly/encryption.cli; in a credential store, after config/wildfly/credential-store.cli;
 * and from a plugin of the driver, which is in a module of the server. Nothing of it is in the environment.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PasswordsIT {

    private static final String SEALED = "only-for-the-sealed-pool";
    private static final String KEPT = "only-for-the-kept-pool";
    private static final String CHANGED = "changed-for-the-kept-pool";
    private static final String MODULE = "com.example.tokens";
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{ENC::terafy:[^}]+}");

    private final String appPassword = System.getProperty("it.app.password");
    private final String adminPassword = System.getProperty("it.admin.password");

    private TestPostgres postgres;
    private PoolsNode node;
    private Path token;

    @BeforeAll
    void startServers(@TempDir Path directory) throws IOException {
        postgres = TestPostgres.builder().password(adminPassword).start();
        postgres.createRole("sealed", SEALED);
        postgres.createRole("cloud", "first");
        postgres.createRole("kept", KEPT);
        postgres.execute("CREATE DATABASE kept");
        token = Files.writeString(directory.resolve("token"), "first");
        Path modules = modules(directory.resolve("modules"));
        Map<String, String> environment = Map.ofEntries(
                Map.entry("DB_HOST", "localhost"),
                Map.entry("DB_PORT", Integer.toString(postgres.port())),
                Map.entry("DB_ADMIN_USER", TestPostgres.SUPERUSER),
                Map.entry("SEALED_DB_USER", "sealed"),
                Map.entry("KEPT_DB_NAME", "kept"),
                Map.entry("KEPT_DB_USER", "kept"),
                Map.entry("KEPT_DB_ADMIN_USER", TestPostgres.SUPERUSER),
                Map.entry("CLOUD_DB_USER", "cloud"),
                Map.entry("CLOUD_DB_DRIVER_PROPERTIES", "authenticationPluginClassName=" + FileToken.class.getName()),
                Map.entry("MISSING_DB_USER", "cloud"),
                Map.entry("MISSING_DB_DRIVER_PROPERTIES", "authenticationPluginClassName=com.example.Missing"),
                Map.entry("OTHER_DB_USER", "cloud"),
                Map.entry("OTHER_DB_DRIVER_PROPERTIES", "authenticationPluginClassName=java.lang.Thread"));
        node = new PoolsNode(
                "passwords",
                Integer.getInteger("it.http.port"),
                Integer.getInteger("it.management.port"),
                environment,
                directory,
                builder -> builder.modules(modules).property("it.token", token.toString()));
        node.awaitStarted();
        works(node.cli().script("encryption.cli"));
        works(node.cli()
                .commands(
                        property("terafy.db.password", encrypted(appPassword)),
                        property("terafy.db.admin.password", encrypted(adminPassword)),
                        "/subsystem=ee:list-add(name=global-modules, value={name=" + MODULE + "})"));
        works(node.cli()
                .commands(
                        "/subsystem=elytron/credential-store=secrets:add(relative-to=jboss.server.config.dir,"
                                + " path=secrets.cs, create=true, credential-reference={clear-text=\""
                                + encrypted("opens-the-store") + "\"})",
                        alias("kept", KEPT),
                        alias("administrator", adminPassword)));
        works(reference("kept", "kept"));
        works(reference(TestPostgres.SUPERUSER, "administrator"));
        works(node.cli().commands("reload"));
        node.deploy();
        node.deployApplication();
    }

    /** A module with the plugin and one with a driver, as WildFly's documentation has users make them. */
    private static Path modules(Path directory) throws IOException {
        Path tokens = Files.createDirectories(directory.resolve("com/example/tokens/main"));
        ShrinkWrap.create(JavaArchive.class)
                .addClass(FileToken.class)
                .as(ZipExporter.class)
                .exportTo(tokens.resolve("tokens.jar").toFile());
        Files.writeString(
                tokens.resolve("module.xml"), module(MODULE, "tokens.jar", "<module name=\"org.postgresql\"/>"));
        Path driver = Files.createDirectories(directory.resolve("org/postgresql/main"));
        Files.copy(Path.of(System.getProperty("it.driver")), driver.resolve("postgresql.jar"));
        Files.writeString(
                driver.resolve("module.xml"),
                module(
                        "org.postgresql",
                        "postgresql.jar",
                        "<module name=\"java.sql\"/><module name=\"java.naming\"/>"));
        return directory;
    }

    private static String module(String name, String jar, String dependencies) {
        return "<module xmlns=\"urn:jboss:module:1.9\" name=\"" + name + "\"><resources><resource-root path=\"" + jar
                + "\"/></resources><dependencies><module name=\"java.logging\"/>" + dependencies
                + "</dependencies></module>";
    }

    private static void works(Cli.Said said) {
        assertThat(said.worked()).as(said.text()).isTrue();
    }

    private static String property(String name, String value) {
        return "/system-property=" + name + ":add(value=\"" + value + "\")";
    }

    private static String alias(String name, String password) {
        return "/subsystem=elytron/credential-store=secrets:add-alias(alias=" + name + ", secret-value=" + password
                + ")";
    }

    private Cli.Said reference(String role, String alias) {
        return node.cli()
                .script(
                        "credential-store.cli",
                        "-Drole=" + role,
                        "-Dstore=secrets",
                        "-Dalias=" + alias,
                        "--resolve-parameter-values");
    }

    private String encrypted(String password) {
        Cli.Said said = node.cli()
                .commands("/subsystem=elytron/expression=encryption:create-expression(resolver=terafy, clear-text="
                        + password + ")");
        Matcher expression = EXPRESSION.matcher(said.text());
        assertThat(expression.find()).as(said.text()).isTrue();
        return expression.group();
    }

    @AfterAll
    void stopServers() {
        node.close();
        postgres.close();
    }

    @Test
    @Order(1)
    void theEncryptedPasswordsAreThePoolsAndTheAdministrators() {
        assertThat(node.messages("TERAFY0301")).as("the migration").contains("Pool TerafyDS");
        assertThat(node.ask("where", "TerafyDS")).isEqualTo("terafy_db as terafy_app");
        assertThat(node.ask("origin", "TerafyDS", "DB_PASSWORD")).contains("terafy.db.password");
    }

    @Test
    @Order(2)
    void aFurtherPoolsPasswordIsEncryptedInItsDefinitionWhereNoApplicationReadsIt() {
        String definition =
                "/subsystem=resource-adapters/resource-adapter=Sealed/connection-definitions=Sealed/config-properties=";
        Cli.Said added = node.add("Sealed");
        assertThat(added.worked()).as("without a password").isTrue();
        works(node.cli()
                .commands(
                        definition + "password:add(value=\"" + encrypted(SEALED) + "\")",
                        "/subsystem=resource-adapters/resource-adapter=Sealed:activate"));

        assertThat(node.ask("where", "Sealed")).isEqualTo("terafy_db as sealed");
    }

    @Test
    @Order(3)
    void aPluginOfADriverInAModuleIsAskedAtEachLogin() throws Exception {
        works(node.add("Cloud"));
        assertThat(node.ask("where", "Cloud")).isEqualTo("terafy_db as cloud");
        assertThat(asked()).isNotEmpty().allMatch("cloud by SASL"::equals);

        postgres.execute("ALTER ROLE cloud PASSWORD 'second'");
        Files.writeString(token, "second");
        int before = asked().size();
        node.ask("flush", "Cloud");

        assertThat(node.ask("where", "Cloud")).isEqualTo("terafy_db as cloud");
        assertThat(asked().size()).isGreaterThan(before);
        assertThat(node.messages("TERAFY0311")).as("a refused password").isEmpty();
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(token.resolveSibling("asked"));
    }

    @Test
    @Order(4)
    void aPluginThatIsNotThereOrNoneIsNamedAtOnceWithWhatToDo() {
        for (String pool : List.of("Missing", "Other")) {
            works(node.add(pool));
        }

        assertThat(node.ask("where", "Missing")).startsWith("error").contains("There is no class com.example.Missing");
        assertThat(node.messages("TERAFY0318: Pool Missing"))
                .contains("Correct MISSING_DB_DRIVER_PROPERTIES", "/subsystem=ee:list-add(name=global-modules");
        assertThat(node.ask("where", "Other")).startsWith("error");
        assertThat(node.messages("TERAFY0318: Pool Other"))
                .contains("The class java.lang.Thread is no authentication plugin of the driver");
    }

    @Test
    @Order(5)
    void aliasesOfACredentialStoreAreThePoolsAndTheAdministrators() {
        works(node.add("Kept"));

        assertThat(node.ask("where", "Kept")).isEqualTo("kept as kept");
        assertThat(node.ask("origin", "Kept", "DB_PASSWORD")).contains("DEFAULT");
        assertThat(node.messages("TERAFY0301: Pool Kept")).as("the migration").isNotEmpty();
    }

    @Test
    @Order(6)
    void anAliasThatIsNotInTheStoreIsRefusedByTheServer() {
        Cli.Said said = reference("gone", "gone");

        assertThat(said.worked()).isFalse();
        assertThat(said.text()).contains("WFLYELY00920", "'gone'");
    }

    /** WildFly reads an alias as it starts what refers to it. */
    @Test
    @Order(7)
    void aChangedAliasCountsAfterAReloadOfTheServer() {
        postgres.execute("ALTER ROLE kept PASSWORD '" + CHANGED + "'");
        works(node.cli()
                .commands("/subsystem=elytron/credential-store=secrets:set-secret(alias=kept, secret-value=" + CHANGED
                        + ")"));
        node.ask("flush", "Kept");
        assertThat(node.ask("where", "Kept")).startsWith("error");
        assertThat(node.messages("TERAFY0311: Pool Kept")).contains("which is not KEPT_DB_PASSWORD");

        works(node.cli().commands("reload"));

        Awaiting.until("Kept", () -> node.ask("where", "Kept").equals("kept as kept"));
    }

    @Test
    @Order(8)
    void allOfItHoldsAfterARestartOfTheServer() {
        node.restart();

        for (String pool : List.of("TerafyDS as terafy_app", "Sealed as sealed", "Cloud as cloud", "Kept as kept")) {
            String[] parts = pool.split(" as ", 2);
            Awaiting.until(pool, () -> node.ask("where", parts[0]).endsWith(" as " + parts[1]));
        }
    }

    @Test
    @Order(9)
    void noPasswordIsInTheConfigurationOrInTheLog() throws IOException {
        String configuration = Files.readString(node.file("configuration/standalone.xml"));

        assertThat(configuration).contains("${ENC::terafy:");
        assertThat(configuration + node.log()).doesNotContain(appPassword, adminPassword, SEALED, KEPT, CHANGED);
    }

    /** Of TerafyDS it can be read from the system properties, by whoever may read those. */
    @Test
    @Order(10)
    void theDefinitionShowsTheExpressionOnly() {
        try (Management management = node.management()) {
            assertThat(management.wholeModel()).contains("${ENC::terafy:").doesNotContain(SEALED);
        }
    }
}
