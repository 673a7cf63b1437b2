package com.terafy.it.soak;

import com.terafy.it.Awaiting;
import com.terafy.it.ServerLog;
import com.terafy.testkit.Backend;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes the faults happen. */
final class Faults {

    /** A slow network, one way. */
    private static final Duration DELAY = Duration.ofMillis(40);

    private static final int BYTES_OF_AMOUNT = 9;

    private final Scene scene;
    private final TestPostgres postgres;
    private final FaultProxy network;
    private final Strangers strangers;

    Faults(Scene scene, Strangers strangers) {
        this.scene = scene;
        this.postgres = scene.postgres();
        this.network = scene.network();
        this.strangers = strangers;
    }

    /** Returns when the fault is over; what it has broken may not be mended yet. */
    Window happen(Step step) {
        long from = System.currentTimeMillis();
        switch (step.fault()) {
            case TERMINATE -> terminate(step.amount());
            case KILL_BACKEND -> crash();
            case RESTART -> {
                return restart(step, from);
            }
            case FREEZE_SERVER -> {
                postgres.freeze();
                last(step);
                postgres.thaw();
            }
            case FREEZE_NETWORK -> {
                network.freeze();
                last(step);
                network.pass();
            }
            case RESET_NETWORK -> network.reset();
            case REFUSE -> {
                return refuse(step, from);
            }
            case CUT_MESSAGE -> {
                network.toClient().cutAfter(BYTES_OF_AMOUNT * step.amount());
                last(step);
                network.pass();
            }
            case CLOSE_TO_CLIENTS -> network.toClient().closeHalf();
            case CLOSE_TO_SERVER -> closeToServer();
            case EXHAUST -> exhaust(step);
            case DELAY -> {
                network.toServer().delay(DELAY);
                network.toClient().delay(DELAY);
                last(step);
                network.pass();
            }
            case LEAK -> leak(step.amount());
            case FLUSH -> scene.tell("flush", 0);
            case PAUSE -> {
                scene.tell("pause", 0);
                last(step);
                scene.tell("resume", 0);
            }
            case RESIZE -> {
                scene.tell("resize", step.amount());
                last(step);
                scene.tell("resize", Scene.MAXIMUM);
            }
            case REDEPLOY_APPLICATION -> scene.redeployApplication();
            case REDEPLOY_EAR -> scene.redeployEar();
        }
        return Window.from(step, from);
    }

    private static void last(Step step) {
        try {
            TimeUnit.MILLISECONDS.sleep(step.lastsMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void terminate(int amount) {
        scene.pooled().stream().limit(amount).map(Backend::pid).forEach(postgres::terminate);
    }

    /** Ends with the recovery, before which the other backends have not all noticed. */
    private void crash() {
        Backend victim = scene.pooled().get(0);
        strangers.mayEnd();
        postgres.killBackend(victim.pid());
        Awaiting.until("the crash recovery", () -> isGone(victim));
        strangers.comeBack();
    }

    private boolean isGone(Backend victim) {
        try {
            return postgres.backends().stream().noneMatch(backend -> backend.pid() == victim.pid());
        } catch (IllegalStateException recovering) {
            return false;
        }
    }

    /** Operations that begin while the server is down wait for it; so only those from before may fail. */
    private Window restart(Step step, long from) {
        strangers.mayEnd();
        postgres.stopFast();
        Window window = Window.from(step, from);
        last(step);
        postgres.start();
        Window ready = window.readyNow();
        strangers.comeBack();
        return ready;
    }

    /** The same for a server that lets nobody in. */
    private Window refuse(Step step, long from) {
        network.refuse();
        network.reset();
        Window window = Window.from(step, from);
        last(step);
        network.pass();
        return window.readyNow();
    }

    /** Over when the server has ended what it thinks nobody wants any more. */
    private void closeToServer() {
        List<Backend> told = scene.pooled();
        network.toServer().closeHalf();
        Awaiting.until("the told backends to end", () -> scene.pooled().stream().noneMatch(told::contains));
    }

    private void exhaust(Step step) {
        strangers.takeAllConnections();
        terminate(step.amount());
        last(step);
        strangers.giveThemBack();
    }

    /** Over when all have been reclaimed. */
    private void leak(int amount) {
        ServerLog log = ServerLog.ofServer().mark();
        scene.tell("drop", amount);
        Awaiting.until("the dropped connections to be reclaimed", () -> {
            scene.tell("gc", 0);
            return log.messages("TERAFY0210").size() >= amount;
        });
    }
}
