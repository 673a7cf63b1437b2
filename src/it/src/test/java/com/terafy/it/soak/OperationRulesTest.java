package com.terafy.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationRulesTest {

    private static final String BROKEN = "SQLSTATE 08006 broken";
    private static final long FROM = 1_000;
    private static final long UNTIL = 2_000;

    private final Violations violations = new Violations();
    private final OperationRules rules = new OperationRules(violations);

    @BeforeEach
    void oneFault() {
        rules.add(new Window(new Step(1, Fault.RESTART, 1, 0, 0, 1), FROM, UNTIL, UNTIL));
    }

    private void check(long began, long ended, String fate, String failure) {
        rules.check(List.of(new Operation(0, 7, "READ", began, began, ended, fate, failure)));
    }

    @Test
    void failureUnderAFaultIsExcused() {
        check(FROM - 10, FROM, "NONE", BROKEN);
        check(UNTIL, UNTIL + 10, "NONE", BROKEN);
        assertThat(violations.all()).isEmpty();
    }

    @Test
    void failureThatEndedBeforeTheFaultIsNot() {
        check(FROM - 10, FROM - 1, "NONE", BROKEN);
        assertThat(violations.all()).singleElement().asString().contains(BROKEN);
    }

    @Test
    void failureThatBeganAfterTheFaultIsNot() {
        check(UNTIL + 1, UNTIL + 10, "NONE", BROKEN);
        assertThat(violations.all()).singleElement().asString().contains("1 ms after");
    }

    @Test
    void failureUnderAHarmlessFaultIsNot() {
        rules.add(new Window(new Step(2, Fault.DELAY, 1, 0, 0, 1), 3_000, 4_000, 4_000));
        check(3_500, 3_600, "NONE", BROKEN);
        assertThat(violations.all()).hasSize(1);
    }

    @Test
    void stateOfAnotherIsNeverExcused() {
        check(FROM + 1, UNTIL - 1, "NONE", "StateCrossedException found another's");
        assertThat(violations.all()).hasSize(1);
    }

    @Test
    void operationThatTakesTooLongIsAViolation() {
        check(FROM, FROM + Scene.LONGEST_OPERATION.toMillis() + 1, "NONE", "");
        assertThat(violations.all()).singleElement().asString().startsWith("took ");
    }

    @Test
    void borrowThatLastsLongAfterTheRecoveryIsAViolation() {
        long borrowed = UNTIL + 3_001;
        rules.check(List.of(new Operation(0, 7, "READ", FROM, borrowed, borrowed, "NONE", "")));
        assertThat(violations.all()).singleElement().asString().startsWith("waited 3001 ms longer");
    }

    @Test
    void borrowThatLastsAsLongAsTheFaultIsNone() {
        long late = FROM + 1;
        rules.add(new Window(new Step(2, Fault.RESTART, 1, 0, 0, 1), late, late + 9_000, late + 9_000));
        rules.check(List.of(new Operation(0, 7, "READ", late, late + 9_500, late + 9_500, "NONE", "")));
        assertThat(violations.all()).isEmpty();
    }

    @Test
    void acknowledgedCommitThatIsNotThereIsAViolation() {
        check(0, 1, "COMMITTED", "");
        rules.checkLedger(Set.of(8L));
        assertThat(violations.all()).singleElement().asString().contains("lost: [7]");
    }

    @Test
    void rowThatNobodyCommittedIsAViolation() {
        check(0, 1, "ABSENT", "");
        rules.checkLedger(Set.of(7L));
        assertThat(violations.all()).singleElement().asString().contains("nobody committed: [7]");
    }

    @Test
    void ledgerIsRightWhereOnlyOpenOnesAreInDoubt() {
        check(0, 1, "COMMITTED", "");
        rules.checkLedger(Set.of(7L, 9L));
        assertThat(violations.all()).isEmpty();
    }
}
