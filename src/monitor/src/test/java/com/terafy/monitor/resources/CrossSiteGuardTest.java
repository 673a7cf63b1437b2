package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossSiteGuardTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://admin.example.com", "https://admin.example.com", "https://ADMIN.example.com"})
    void ourOwnOriginIsAccepted(String origin) {
        assertThat(CrossSiteGuard.isOwn(origin, "admin.example.com")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "://",
                "http://evil.example",
                "http://admin.example.com.evil.example",
                "http://admin.example.com:81",
                "http://evil.example/admin.example.com"
            })
    void everyOtherOneIsRefused(String origin) {
        assertThat(CrossSiteGuard.isOwn(origin, "admin.example.com")).isFalse();
    }

    @Test
    void whoIsNoBrowserHasNone() {
        assertThat(CrossSiteGuard.isOwn(null, "admin.example.com")).isTrue();
    }
}
