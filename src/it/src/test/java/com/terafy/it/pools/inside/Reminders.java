package com.terafy.it.pools.inside;

import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/** Persistent timers of the container beside the application's own data, all in one database. */
@Singleton
@Startup
@DependsOn("Schema")
public class Reminders {

    @Resource
    private TimerService timers;

    @Resource
    private EJBContext container;

    @PersistenceContext(unitName = "reminders")
    private EntityManager entities;

    private int ticks;

    /** Every second, as long as the application is deployed on any node. */
    @Schedule(second = "*", minute = "*", hour = "*", info = "tick")
    void tick() {
        ticks++;
    }

    /** How often since the start. */
    public int ticks() {
        return ticks;
    }

    /** Keeps a reminder and its timer in one transaction. */
    public void add(int id, long millis) {
        entities.persist(new Reminder(id));
        entities.flush();
        timers.createSingleActionTimer(millis, new TimerConfig(id, true));
    }

    /** The same in a transaction that is rolled back. */
    public void addInVain(int id, long millis) {
        add(id, millis);
        container.setRollbackOnly();
    }

    @Timeout
    void fire(Timer timer) {
        entities.find(Reminder.class, timer.getInfo()).finish();
    }

    /** "none", "waits" or "done". */
    public String state(int id) {
        Reminder reminder = entities.find(Reminder.class, id);
        if (reminder == null) {
            return "none";
        }
        return reminder.isDone() ? "done" : "waits";
    }
}
