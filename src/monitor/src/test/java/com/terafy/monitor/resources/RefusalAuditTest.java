package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalAuditTest {

    @ParameterizedTest
    @CsvSource({
        "POST, '', 403, true",
        "POST, '', 400, true",
        "POST, '', 422, true",
        "POST, '', 404, true",
        "PATCH, '', 403, true",
        "PATCH, '', 422, true",
        "PATCH, '', 200, false",
        "POST, '', 409, false",
        "POST, '', 503, false",
        "POST, '', 200, false",
        "GET, full, 403, true",
        "GET, full, 200, false",
        "GET, redacted, 422, false",
        "GET, '', 403, false",
    })
    void refusedActionsAndRefusedTextsAreAudited(String method, String query, int status, boolean audited) {
        assertThat(RefusalAudit.isAudited(method, List.of(query), status)).isEqualTo(audited);
    }
}
