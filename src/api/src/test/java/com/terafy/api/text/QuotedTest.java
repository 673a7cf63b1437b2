package com.terafy.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void aLineCannotBeForged() {
        assertThat(Quoted.of("psql\r\nTERAFY0420: x")).isEqualTo("\"psql\\u000d\\u000aTERAFY0420: x\"");
        assertThat(Quoted.of("a\u2028b\u0085c")).isEqualTo("\"a\\u2028b\\u0085c\"");
    }

    @Test
    void aFieldCannotBeForged() {
        assertThat(Quoted.of("x\" outcome=\"ENDED")).isEqualTo("\"x\\\" outcome=\\\"ENDED\"");
        assertThat(Quoted.of("a\\")).isEqualTo("\"a\\\\\"");
    }

    @Test
    void whatTurnsTheTextAroundOrClearsATerminalIsEscaped() {
        assertThat(Quoted.of("a\u202eb")).isEqualTo("\"a\\u202eb\"");
        assertThat(Quoted.of("\u001b[2J")).isEqualTo("\"\\u001b[2J\"");
    }

    @Test
    void lettersOfAllScriptsStay() {
        assertThat(Quoted.of("João 北京")).isEqualTo("\"João 北京\"");
    }

    @Test
    void longTextIsCut() {
        assertThat(Quoted.of("x".repeat(Quoted.LONGEST))).hasSize(Quoted.LONGEST + 2);
        assertThat(Quoted.of("x".repeat(Quoted.LONGEST + 1))).isEqualTo("\"" + "x".repeat(Quoted.LONGEST) + "...\"");
    }
}
