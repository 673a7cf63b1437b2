package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example application, as the README shows it. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class PracticeIT {

    private static final String TAKEN = "2026-03-02T09:30";

    private final Client client = Client.ofServer();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "practice", order = 2, testable = false)
    static WebArchive practice() {
        return Archives.practice();
    }

    @Test
    void answersWithDataOfTheDatabase() {
        assertThat(client.get("/practice/api/patients").body())
                .contains("{\"id\":1,\"name\":\"Ana Lima\"}")
                .contains("\"Bento Reis\"");
    }

    @Test
    void saysWhereItIsConnected() {
        assertThat(client.get("/practice/api/database").body())
                .matches("database terafy_db, user terafy_app, backend \\d+,"
                        + " application_name terafy/shared/TerafyDS/[0-9a-f]{8}\n");
    }

    @Test
    void admissionIsCommitted() {
        assertThat(admit("Caio Nunes").status()).isEqualTo(201);
        assertThat(patients()).contains("Caio Nunes");
    }

    @Test
    void bookingIsCommitted() {
        assertThat(book("Davi Prado", "2026-03-03T10:00", false).status()).isEqualTo(201);
        assertThat(client.get("/practice/api/appointments").body())
                .contains("{\"patient\":\"Davi Prado\",\"startsAt\":\"2026-03-03T10:00\"}");
    }

    @Test
    void refusedBookingAdmitsNobody() {
        book("Ana Lima", TAKEN, false);
        assertThat(book("Elisa Vaz", TAKEN, false).status()).isEqualTo(409);
        assertThat(patients()).doesNotContain("Elisa Vaz");
    }

    @Test
    void dryRunIsRolledBack() {
        assertThat(book("Fabio Luz", "2026-03-04T11:00", true).status()).isEqualTo(200);
        assertThat(patients()).doesNotContain("Fabio Luz");
    }

    private Client.Answer admit(String name) {
        return client.post("/practice/api/patients", Map.of("name", name));
    }

    private Client.Answer book(String name, String startsAt, boolean dryRun) {
        return client.post(
                "/practice/api/appointments",
                Map.of("name", name, "startsAt", startsAt, "dryRun", Boolean.toString(dryRun)));
    }

    private String patients() {
        return client.get("/practice/api/patients").body();
    }
}
