package com.terafy.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import org.junit.jupiter.api.Test;

class LoginGuardTest {

    private static final Principal ANA = () -> "ana";

    @Test
    void nothingButTheProbesIsOpenWhereTheContainerChecksNoLogin() {
        assertThat(LoginGuard.mayPass("/health/live", null)).isTrue();
        assertThat(LoginGuard.mayPass("/health/ready", null)).isTrue();
        for (String path : new String[] {"", "/", "/api/v1", "/metrics", "/health/live/", "/health", "/index.html"}) {
            assertThat(LoginGuard.mayPass(path, null)).as(path).isFalse();
            assertThat(LoginGuard.mayPass(path, ANA)).as(path).isTrue();
        }
    }
}
