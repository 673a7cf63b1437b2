package com.terafy.it;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Writes notes in transactions of the container, by JDBC and by JPA, and lets them end in every way. */
@Stateless
public class Notes {

    @Resource(lookup = "java:/TerafyDS")
    private DataSource database;

    @PersistenceContext(unitName = "notes")
    private EntityManager entities;

    @Resource
    private EJBContext container;

    /** What may be done with the connection of a transaction. */
    @FunctionalInterface
    public interface Work {
        void on(Connection connection) throws SQLException;
    }

    public void write(int id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO note VALUES (?)")) {
            insert.setInt(1, id);
            insert.executeUpdate();
        }
    }

    public void writeAndSetRollbackOnly(int id) throws SQLException {
        write(id);
        container.setRollbackOnly();
    }

    public void writeAndBreak(int id) throws SQLException {
        write(id);
        throw new IllegalStateException("thrown by the test");
    }

    public void writeAndRefuse(int id) throws SQLException, RefusedException {
        write(id);
        throw new RefusedException();
    }

    public void persist(int id) {
        entities.persist(new Note(id));
    }

    public void persistAndSetRollbackOnly(int id) {
        entities.persist(new Note(id));
        entities.flush();
        container.setRollbackOnly();
    }

    /** By JPA and by JDBC, with one connection: one cannot see what the other has not committed otherwise. */
    public int persistAndCountByJdbc(int id) throws SQLException {
        entities.persist(new Note(id));
        entities.flush();
        return count();
    }

    public void work(Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            work.on(connection);
        }
    }

    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void workWithoutTransaction(Work work) throws SQLException {
        work(work);
    }

    /** Backends of two connections that are borrowed at once in one transaction. */
    public boolean twoHandlesHaveOneBackend() throws SQLException {
        try (Connection one = database.getConnection();
                Connection other = database.getConnection()) {
            return backend(one) == backend(other);
        }
    }

    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public int count() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM note")) {
            row.next();
            return row.getInt(1);
        }
    }

    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void clear() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS note (id integer PRIMARY KEY)");
            statement.execute("TRUNCATE note");
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
