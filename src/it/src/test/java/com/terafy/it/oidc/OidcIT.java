package com.terafy.it.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.it.Archives;
import com.terafy.it.Cli;
import com.terafy.it.Management;
import com.terafy.server.WildflyServer;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Login by an OpenID provider, on a WildFly as it is downloaded after config/wildfly/oidc.cli. Without a database: who
 * may do what does not depend on it.
 */
@Tag("unchanged-server")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OidcIT {

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final String API = "/terafy/api/v1";
    private static final String ACTION = API + "/pools/TerafyDS/flush";

    private final Path home = Path.of(System.getProperty("it.wildfly"));
    private final OpenIdProvider provider = new OpenIdProvider();
    private WildflyServer server;

    @BeforeAll
    void startServer() {
        server = WildflyServer.of(home)
                .httpPort(Integer.getInteger("it.http.port"))
                .managementPort(Integer.getInteger("it.management.port"))
                .with("DB_HOST", "localhost")
                .with("DB_PORT", "1") // nobody listens there
                .with("DB_PASSWORD", "unused")
                .with("OIDC_PROVIDER_URL", provider.url())
                .with("OIDC_CLIENT_SECRET", OpenIdProvider.SECRET)
                .start(Path.of(System.getProperty("it.base")).resolveSibling("oidc-server"))
                .awaitStarted(START_LIMIT);
        Cli.Said said = new Cli(server.managementPort()).script("oidc.cli");
        assertThat(said.worked()).as(said.text()).isTrue();
        try (Management management = Management.ofServer()) {
            management.deploy(Archives.earFile());
        }
    }

    @AfterAll
    void stopServer() {
        server.close();
        provider.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(HttpClient.newHttpClient(), request(path).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> act(String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(ACTION)
                .header("Authorization", "Bearer " + token)
                .header("X-Terafy-Request", "1")
                .header("Content-Type", "application/json");
        return send(
                HttpClient.newHttpClient(),
                request.POST(
                        HttpRequest.BodyPublishers.ofString("{\"mode\":\"idle\",\"reason\":\"new certificate\"}")));
    }

    @Test
    void theRolesOfTheTokenAreTheRoles() throws IOException, InterruptedException {
        String reader = provider.token("terafy-monitor");
        assertThat(get(API + "/me", reader).body()).isEqualTo("{\"name\":\"ana\",\"roles\":[\"terafy-monitor\"]}");
        assertThat(get(API + "/pools", reader).statusCode()).isEqualTo(200);
        assertThat(get(API + "/cleanup", reader).statusCode())
                .as("the EJB of the backend cleanup")
                .isEqualTo(200);
        assertThat(act(reader).statusCode()).isEqualTo(403);
        assertThat(act(provider.token("terafy-operator")).statusCode()).isEqualTo(200);
        assertThat(get("/terafy/metrics", provider.token("terafy-metrics")).statusCode())
                .isEqualTo(200);
        assertThat(server.log()).contains("flush mode=idle who=\"ana\" why=\"new certificate\"");
    }

    @Test
    void withoutARoleNothingIsShown() throws IOException, InterruptedException {
        for (String path : List.of(API + "/pools", API + "/backends", "/terafy/metrics")) {
            HttpResponse<String> answer = get(path, provider.token("employee"));
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.body()).contains("\"code\":\"forbidden\"");
        }
    }

    @Test
    void aTokenThatDoesNotHoldIsNoLogin() throws IOException, InterruptedException {
        for (String token : List.of(
                provider.forged("terafy-operator"),
                provider.expired("terafy-operator"),
                provider.unsigned("terafy-operator"),
                "nonsense")) {
            HttpResponse<String> answer = get(API + "/pools", token);
            assertThat(answer.statusCode()).as(token).isEqualTo(401);
            assertThat(answer.body()).contains("\"code\":\"login-required\"");
        }
    }

    @Test
    void whoWantsAPageIsSentToTheLoginAndComesBackWithASession() throws IOException, InterruptedException {
        provider.roles("terafy-monitor");
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpResponse<String> page = send(browser, request("/terafy/").header("Accept", "text/html"));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body()).contains("<title>");
        assertThat(page.previousResponse().orElseThrow().uri().getQuery()).contains("code=");
        HttpResponse<String> me = send(browser, request(API + "/me").header("Accept", "application/json"));
        assertThat(me.body()).isEqualTo("{\"name\":\"ana\",\"roles\":[\"terafy-monitor\"]}");
    }

    @Test
    void aScriptWithoutALoginIsToldSoAndNotSentElsewhere() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                send(HttpClient.newHttpClient(), request(API + "/pools").header("Accept", "application/json"));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void theProbesStayOpen() throws IOException, InterruptedException {
        assertThat(send(HttpClient.newHttpClient(), request("/terafy/health/live"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void noSecretIsLogged() {
        assertThat(server.log()).doesNotContain(OpenIdProvider.SECRET);
    }
}
