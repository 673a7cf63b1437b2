package com.terafy.it.soak.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskSequenceTest {

    private static final int MANY = 1_000;

    private static List<Task> tasks(long seed, int epoch, int thread) {
        TaskSequence sequence = new TaskSequence(seed, epoch, thread);
        return Stream.generate(sequence::next).limit(MANY).toList();
    }

    @Test
    void sameSeedGivesTheSameTasks() {
        assertThat(tasks(4711, 2, 3)).isEqualTo(tasks(4711, 2, 3));
    }

    @Test
    void everyThreadAndEveryStartHasTasksOfItsOwn() {
        assertThat(tasks(4711, 2, 3)).isNotEqualTo(tasks(4711, 2, 4)).isNotEqualTo(tasks(4711, 3, 3));
    }

    @Test
    void everyActionComesUp() {
        assertThat(tasks(4711, 0, 0)).extracting(Task::action).contains(Action.values());
    }
}
