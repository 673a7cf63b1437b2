package com.terafy.it.differential.inside;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** Connections that an application forgets, where the server looks after them (its cached-connection-manager, debug). */
public final class Forgotten {

    private static final int FORGOTTEN = 4;
    private static final int POOL = 10;

    private Forgotten() {}

    public static List<Scenario> all() {
        return List.of(
                Scenario.of("a request forgets four connections", Forgotten::four),
                Scenario.of("all can be borrowed after the request that forgot four", Forgotten::whole),
                Scenario.of(
                        "an EJB forgets a connection in its transaction",
                        s -> s.attempt(
                                "call",
                                () -> s.beans()
                                        .required(() -> Sql.insert(s.database().getConnection(), 1)))),
                Scenario.of("all can be borrowed after the EJB that forgot one", Forgotten::whole),
                Scenario.of("a request forgets an older handle that saw a transaction", Forgotten::older),
                Scenario.of("all can be borrowed after the request that forgot an older one", Forgotten::whole),
                Scenario.of("a request with a local transaction forgets its connection", Forgotten::local),
                Scenario.of("all can be borrowed after the local transaction", Forgotten::whole),
                Scenario.of(
                        "a request closes what it has borrowed", s -> s.borrow().close()));
    }

    private static void four(Scene scene) throws Exception {
        for (int i = 0; i < FORGOTTEN; i++) {
            Connection forgotten = scene.database().getConnection();
            Sql.insert(forgotten, i);
        }
    }

    private static void older(Scene scene) throws Exception {
        Connection forgotten = scene.database().getConnection();
        scene.transaction().begin();
        Sql.insert(forgotten, 1);
        scene.attempt("commit", scene.transaction()::commit);
    }

    private static void local(Scene scene) throws Exception {
        Connection forgotten = scene.database().getConnection();
        forgotten.setAutoCommit(false);
        Sql.insert(forgotten, 1);
    }

    private static void whole(Scene scene) throws Exception {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            all.add(scene.borrow());
        }
        scene.note("borrowed", all.size());
    }
}
