package com.terafy.it.differential.inside;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;

/** Runs steps that begin and end their transactions themselves. */
@Stateless
@TransactionManagement(TransactionManagementType.BEAN)
public class OwnDemarcation {

    public void run(Step step) throws Exception {
        step.run();
    }
}
