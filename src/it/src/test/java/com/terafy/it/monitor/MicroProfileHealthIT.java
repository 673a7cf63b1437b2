package com.terafy.it.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.terafy.it.Archives;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The checks where the server has MicroProfile Health, on its management port. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class MicroProfileHealthIT {

    @Deployment(testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Test
    void theServerKnowsOurChecks() throws IOException, InterruptedException {
        String server = "http://127.0.0.1:" + Integer.getInteger("it.management.port");
        assertCheck(server + "/health/ready", "terafy-database");
        assertCheck(server + "/health/live", "terafy-pool");
    }

    private static void assertCheck(String address, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        JsonNode checks = new ObjectMapper().readTree(answer.body()).path("checks");
        assertThat(checks).as(answer.body()).anySatisfy(check -> {
            assertThat(check.path("name").asText()).isEqualTo(name);
            assertThat(check.path("status").asText()).isEqualTo("UP");
        });
    }
}
