package com.terafy.it.differential.inside;

import jakarta.annotation.Resource;
import jakarta.ejb.EJBContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;

/** Runs steps in transactions of the container. */
@Stateless
public class Beans {

    @Resource
    private EJBContext context;

    public void required(Step step) throws Exception {
        step.run();
    }

    @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
    public void requiresNew(Step step) throws Exception {
        step.run();
    }

    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void notSupported(Step step) throws Exception {
        step.run();
    }

    @TransactionAttribute(TransactionAttributeType.SUPPORTS)
    public void supports(Step step) throws Exception {
        step.run();
    }

    public void setRollbackOnly() {
        context.setRollbackOnly();
    }
}
