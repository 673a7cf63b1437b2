package com.terafy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The example's notes: two users on the same physical connections never see each other's rows. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RowLevelSecurityIT {

    private static final int BORROWS = 10_000;
    private static final int THREADS = 8;
    private static final long SEED = 20251124L;

    /** The last is nobody, who sets no variable at all and must not have that of the one before. */
    private static final List<String> USERS = List.of("ana", "bento", "");

    private static final Pattern NOTE =
            Pattern.compile("\"backend\":(\\d+),\"body\":\"([^\"]*)\",\"therapist\":\"(\\w+)\"");

    private final Client client = Client.ofServer();

    /** The users that were seen on a backend. */
    private final Map<String, Set<String>> usersOfBackend = new ConcurrentHashMap<>();

    @Deployment(name = "ear", order = 1, testable = false)
    static EnterpriseArchive ear() {
        return Archives.ear();
    }

    @Deployment(name = "practice", order = 2, testable = false)
    static WebArchive practice() {
        return Archives.practice();
    }

    @Test
    void nobodyEverSeesTheRowsOfAnother() throws Exception {
        assertThat(write("ana", "ana")).isEqualTo(201);
        assertThat(write("bento", "bento")).isEqualTo(201);
        assertThat(write("ana", "bento")).isEqualTo(403);

        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(SEED + thread);
                running.add(threads.submit(() -> borrowAtRandom(random)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(usersOfBackend).hasSizeLessThanOrEqualTo(10);
        assertThat(usersOfBackend.values()).contains(Set.of("ana", "bento"));
    }

    private void borrowAtRandom(Random random) {
        for (int i = 0; i < BORROWS / THREADS; i++) {
            String user = USERS.get(random.nextInt(USERS.size()));
            Client.Answer answer = client.get("/practice/api/notes?therapist=" + user);
            assertThat(answer.status()).isEqualTo(200);
            if (user.isEmpty()) {
                assertThat(answer.body()).isEqualTo("[]");
            } else {
                assertOwn(user, answer.body());
            }
        }
    }

    private void assertOwn(String user, String body) {
        Matcher note = NOTE.matcher(body);
        int count = 0;
        while (note.find()) {
            count++;
            assertThat(note.group(3)).isEqualTo(user);
            usersOfBackend
                    .computeIfAbsent(note.group(1), backend -> ConcurrentHashMap.newKeySet())
                    .add(user);
        }
        assertThat(count).as(body).isEqualTo(1);
    }

    private int write(String therapist, String inTheNameOf) {
        return client.post(
                        "/practice/api/notes",
                        Map.of("therapist", therapist, "inTheNameOf", inTheNameOf, "body", "of " + inTheNameOf))
                .status();
    }
}
