package com.terafy.monitor.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    private static final String PAGE = "https://admin.example.com";
    private static final String INSIDE = "terafy-1:8080";

    @Test
    void whatTheBrowserCallsSameOriginIsWhateverAProxyHasMadeOfHost() {
        assertThat(CrossSiteGuard.refusal("1", "same-origin", PAGE, INSIDE)).isEmpty();
        assertThat(CrossSiteGuard.refusal("1", "same-origin", PAGE, null)).isEmpty();
    }

    @Test
    void withoutTheBrowsersWordARewrittenHostIsRefusedAndItSaysWhatToSet() {
        for (String site : new String[] {null, "none"}) {
            assertThat(CrossSiteGuard.refusal("1", site, PAGE, INSIDE))
                    .get()
                    .asString()
                    .contains("admin.example.com", INSIDE, "proxy-address-forwarding", "proxy_set_header Host");
        }
        assertThat(CrossSiteGuard.refusal("1", null, PAGE, "admin.example.com")).isEmpty();
        assertThat(CrossSiteGuard.refusal("1", "none", PAGE, "admin.example.com"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, cross-site"})
    void nothingElseThatTheBrowserSaysIsOurOwnSite(String site) {
        assertThat(CrossSiteGuard.refusal("1", site, PAGE, "admin.example.com")).isPresent();
        assertThat(CrossSiteGuard.refusal("1", site, null, "admin.example.com")).isPresent();
    }

    @Test
    void whatIsDoneOrAuditedIsGuardedAndWhatIsOnlyReadIsNot() {
        assertThat(CrossSiteGuard.isGuarded("POST", null)).isTrue();
        assertThat(CrossSiteGuard.isGuarded("GET", List.of("full"))).isTrue();
        assertThat(CrossSiteGuard.isGuarded("HEAD", List.of("redacted", "full")))
                .isTrue();
        assertThat(CrossSiteGuard.isGuarded("GET", List.of("redacted"))).isFalse();
        assertThat(CrossSiteGuard.isGuarded("GET", null)).isFalse();
    }

    @Test
    void withoutTheHeaderNothingIsDone() {
        assertThat(CrossSiteGuard.refusal(null, "same-origin", PAGE, "admin.example.com"))
                .isPresent();
    }

    @Test
    void whatIsEchoedIsCut() {
        assertThat(CrossSiteGuard.refusal("1", null, "https://" + "x".repeat(5000), "y".repeat(5000)))
                .get()
                .asString()
                .hasSizeLessThan(800);
    }
}
