/**
 * The outbound contracts of Jakarta Connectors 2.1, rule by rule, and the tests that hold the adapter to each. The
 * numbers are those of the specification's document of version 2.1; in that of JCA 1.7 every chapter is one less. Rules
 * for containers, for inbound communication and for work, and what the specification leaves to the adapter without a
 * recommendation, are left out. A test whose name ends in IT runs in a server, see {@code src/it};
 * {@code ConformanceTableTest} fails where a name here leads nowhere.
 *
 * <table>
 * <caption>Lifecycle</caption>
 * <tr><th>Section</th><th>Rule</th><th>Tests</th></tr>
 * <tr><td>6.3.1</td><td>An exception of start fails the deployment; start does not wait</td><td>
 * {@code LifecycleTest#wrongSettingsFailTheStartAndAreAllNamed}
 * {@code LifecycleTest#aServerThatIsAwayDoesNotFailTheStart}
 * {@code UnchangedServerIT#badSettingFailsTheDeploymentByName}</td></tr>
 * <tr><td>6.3.1</td><td>The adapter has an equals of its own</td><td>
 * {@code IdentityTest#resourceAdaptersAndManagedConnectionsAreEqualByIdentity}</td></tr>
 * <tr><td>6.3.2</td><td>A factory's properties go before the adapter's</td><td>
 * {@code LifecycleTest#aFactorysOwnPropertiesGoBeforeTheAdapters}</td></tr>
 * <tr><td>6.3.2</td><td>setResourceAdapter succeeds exactly once</td><td>
 * {@code IdentityTest#theResourceAdapterIsSetExactlyOnce}
 * {@code IdentityTest#anotherProductsResourceAdapterIsRefused}</td></tr>
 * <tr><td>6.3.3</td><td>Inbound communication: none is offered</td><td>
 * {@code LifecycleTest#thereIsNoInboundCommunication}</td></tr>
 * <tr><td>6.3.4.2</td><td>stop closes the connections and ends the threads</td><td>
 * {@code LifecycleTest#stoppingEndsEveryConnectionAndThread}
 * {@code UnchangedServerIT#undeploymentEndsEveryBackend}</td></tr>
 * <tr><td>6.3.4.2</td><td>After stop all can be unloaded: 20 redeploys</td><td>
 * {@code RedeployIT#twentyRedeploysLeaveNothingBehind}</td></tr>
 * <tr><td>6.3.4.2</td><td>While the database is away, exceptions say so</td><td>
 * {@code OutageTest#aBorrowTriesUntilItsTimeIsOverAndThenSaysWhyAndForHowLong}</td></tr>
 * <tr><td>6.3.6</td><td>Own threads wait for the network a bounded time only</td><td>
 * {@code SweepTest#aValidationThatGetsNoAnswerIsBounded}
 * {@code DestroyTest#destroyDoesNotWaitForASilentPeer}</td></tr>
 * <tr><td>6.3.7.5</td><td>Constraints of properties are annotated</td><td>
 * {@code IdentityTest#thePoolsNameIsValidatedByTheContainer}</td></tr>
 * <tr><td>6.3.7.6</td><td>The password is a confidential property</td><td>
 * {@code IdentityTest#thePasswordIsAConfidentialProperty}
 * {@code DescriptorTest#itsPropertiesAreThoseOfTheBean}</td></tr>
 * </table>
 *
 * <table>
 * <caption>Connection management</caption>
 * <tr><th>Section</th><th>Rule</th><th>Tests</th></tr>
 * <tr><td>7.5.1</td><td>A handle has a close method, and closing it is told</td><td>
 * {@code EventsTest#closingAHandleIsToldOnceWithTheHandle}</td></tr>
 * <tr><td>7.5.1.1</td><td>getConnection asks the connection manager, on the caller's thread</td><td>
 * {@code MatchingTest#theContainerIsAskedOnTheBorrowersThreadForWhatTheBorrowerGave}</td></tr>
 * <tr><td>7.5.1.2</td><td>Requests have equals and hashCode</td><td>
 * {@code IdentityTest#requestsOfTheSameUserAreEqual}
 * {@code IdentityTest#credentialsAreEqualOnlyWithTheSamePassword}</td></tr>
 * <tr><td>7.5.1.3</td><td>The connection factory is Serializable and Referenceable</td><td>
 * {@code IdentityTest#theDataSourceIsReferenceable}
 * {@code IdentityTest#theDataSourceWorksAfterItWasSerialized}
 * {@code IdentityTest#theDataSourceOfAContainerIsSerializableToo}</td></tr>
 * <tr><td>7.5.2.2</td><td>There is a default connection manager, for use without a container</td><td>
 * {@code UnmanagedTest#connectionFactoryWithoutConnectionManagerWorks}</td></tr>
 * <tr><td>7.5.3.1</td><td>The login is that of the subject or the request</td><td>
 * {@code MatchingTest#theContainersSignOnDecidesWhoLogsIn}
 * {@code MatchingTest#getConnectionWithUserAndPasswordLogsInAsThatUser}</td></tr>
 * <tr><td>7.5.3.1</td><td>matchManagedConnections returns one that fits</td><td>
 * {@code MatchingTest#anyConnectionOfThePoolMatchesWhoeverAsks}
 * {@code MatchingTest#aConnectionWithoutAHandleCostsNoSession}</td></tr>
 * <tr><td>7.5.3.1</td><td>It returns null where none fits</td><td>
 * {@code MatchingTest#whatIsOfAnotherPoolOrNoneOfOursDoesNotMatch}</td></tr>
 * <tr><td>7.5.4.2</td><td>getConnection gives a handle on a session that works, of who asks for it</td><td>
 * {@code MatchingTest#theNextBorrowerOfTheSameUserAndPasswordGetsTheSameSession}
 * {@code LivenessTest#aTerminatedBackendIsNeverHandedOut}</td></tr>
 * <tr><td>7.5.3.2</td><td>Factories are equal by configuration</td><td>
 * {@code IdentityTest#factoriesOfTheSameConfigurationAreEqualWhateverTheirPassword}
 * {@code IdentityTest#factoriesOfAnotherConfigurationDiffer}</td></tr>
 * <tr><td>7.5.3.2</td><td>The factory is a JavaBean and Serializable</td><td>
 * {@code DescriptorTest#itsBeansHaveAConstructorWithoutArguments}
 * {@code IdentityTest#aFactoryWorksAfterItWasSerialized}</td></tr>
 * <tr><td>7.5.3.4</td><td>getInvalidConnections returns those of the set that are invalid</td><td>
 * {@code SweepTest#aTestOfThePoolSaysWhetherASessionCanBeHadAndKeepsNone}
 * {@code SweepTest#aTestOfThePoolFailsWhereNoSessionCanBeHad}
 * {@code SweepTest#aTestOfThePoolFindsAHeldConnectionWhoseSessionEnded}
 * {@code SweepTest#whatIsNotOursIsLeftAlone}</td></tr>
 * <tr><td>7.5.3.5</td><td>createManagedConnection works with a null request, for recovery</td><td>
 * {@code XaTest#anotherSessionRecoversWhatWasPrepared}
 * {@code XaTest#recoveryWorksWithoutAHandleAndItsSessionEndsWithIt}</td></tr>
 * <tr><td>7.5.4.1</td><td>Listeners may come and go while events are told</td><td>
 * {@code EventsTest#aListenerMayComeAndGoWhileEventsAreFired}
 * {@code EventsTest#aRemovedListenerHearsNothing}</td></tr>
 * <tr><td>7.5.4.2</td><td>A further handle leaves the others valid; each closes by itself</td><td>
 * {@code EventsTest#aSecondHandleLeavesTheFirstAsItIs}
 * {@code EventsTest#eachOfTwoHandlesIsReportedByItself}</td></tr>
 * <tr><td>7.5.4.2</td><td>Handles of one connection may be used at the same time</td><td>
 * {@code EventsTest#twoThreadsMayUseTwoHandlesOfOneConnection}</td></tr>
 * <tr><td>7.5.4.3</td><td>What is another pool's is not matched</td><td>
 * {@code MatchingTest#whatIsOfAnotherPoolOrNoneOfOursDoesNotMatch}</td></tr>
 * <tr><td>7.5.4.4</td><td>cleanup invalidates every handle</td><td>
 * {@code CleanupTest#cleanupInvalidatesEveryHandleAndWhatWasMadeFromIt}</td></tr>
 * <tr><td>7.5.4.4</td><td>A handle that was invalidated fails</td><td>
 * {@code CleanupTest#aHandleThatOutlivesTheCleanupCannotTouchTheNextBorrow}
 * {@code EveryMethodTest#everyMethodFailsAfterTheContainerHasTakenTheConnectionBack}</td></tr>
 * <tr><td>7.5.4.4</td><td>A second cleanup is no error</td><td>
 * {@code CleanupTest#cleanupIsIdempotent}
 * {@code CleanupTest#cleanupIsIdempotentForOneThatIsRetiredAsItComesBack}</td></tr>
 * <tr><td>7.5.4.4</td><td>cleanup resets what the borrower changed</td><td>
 * {@code CleanupTest#cleanupRestores}
 * {@code CleanupTest#cleanupRollsBackWhatIsOpenInsteadOfCommittingIt}
 * {@code DriverStateTest#settersOfTheConnectionArePutBack}</td></tr>
 * <tr><td>7.5.4.4</td><td>cleanup keeps the physical connection</td><td>
 * {@code CleanupTest#cleanupKeepsTheSession}</td></tr>
 * <tr><td>7.5.4.4</td><td>destroy frees all that the connection had</td><td>
 * {@code DestroyTest#destroyInvalidatesTheHandlesOfASessionThatEnded}
 * {@code DestroyTest#theHandlesOfADestroyedConnectionWorkOnAndTheSessionComesBackWithTheLast}
 * {@code DestroyTest#destroyingTwiceIsHarmless}
 * {@code EventsTest#aConnectionThatTheContainerKeepsForRecoveryIsNotCounted}</td></tr>
 * <tr><td>7.5.5</td><td>Meta data tells product, version, most connections and user</td><td>
 * {@code IdentityTest#metaDataTellsWhatIsReallyAtTheOtherEnd}</td></tr>
 * <tr><td>7.5.5</td><td>There is none of a connection that ended</td><td>
 * {@code IdentityTest#thereIsNoMetaDataOfAnEndedConnection}</td></tr>
 * <tr><td>7.5.6.1</td><td>connectionClosed when the application closes a handle, and only then</td><td>
 * {@code EventsTest#closingAHandleIsToldOnceWithTheHandle}
 * {@code EventsTest#aHandleThatTheContainerInvalidatedIsNotReportedAsClosed}</td></tr>
 * <tr><td>7.5.6.1</td><td>connectionErrorOccurred just before the exception</td><td>
 * {@code EventsTest#theErrorEventComesOnceAndBeforeTheException}
 * {@code EventsTest#aTransactionThatCannotEndIsReportedOnce}</td></tr>
 * <tr><td>7.5.6.1</td><td>It means that the connection is of no more use: not for an error of a statement</td><td>
 * {@code EventsTest#anErrorOfAStatementIsNoErrorOfTheConnection}
 * {@code EventsTest#aCancelledStatementIsNoErrorOfTheConnection}
 * {@code EventsTest#afterTheFirstFatalErrorNoOtherIsReported}</td></tr>
 * <tr><td>7.5.6.1</td><td>Listeners may act at once or later</td><td>
 * {@code EventsTest#noLockOfOursIsHeldWhileAnErrorIsTold}
 * {@code BindingTest#aSessionThatBreaksAsItComesBackIsNotHandedOutAgain}</td></tr>
 * <tr><td>7.5.7</td><td>Events carry the connection, the handle (CLOSED) and the exception (ERROR)</td><td>
 * {@code EventsTest#closingAHandleIsToldOnceWithTheHandle}
 * {@code EventsTest#theErrorEventComesOnceAndBeforeTheException}</td></tr>
 * <tr><td>7.6.1</td><td>The factory has a log writer, null at first</td><td>
 * {@code IdentityTest#aNewConnectionHasItsFactorysLogWriterUntilItGetsItsOwn}</td></tr>
 * <tr><td>7.6.2</td><td>A connection begins with the factory's; it may be replaced, also by null</td><td>
 * {@code IdentityTest#aNewConnectionHasItsFactorysLogWriterUntilItGetsItsOwn}</td></tr>
 * <tr><td>7.8.3</td><td>Closing a handle does not change the physical connection</td><td>
 * {@code EventsTest#closingAHandleLeavesThePhysicalConnectionAsItIs}</td></tr>
 * <tr><td>7.8.3.1</td><td>The container may clean up without a close</td><td>
 * {@code CleanupTest#cleanupRollsBackATransactionThatWasBegunBySql}
 * {@code TransactionsIT#whatWasLeftOpenOnCloseIsRolledBack}</td></tr>
 * <tr><td>7.8.3.2</td><td>destroy after an error event</td><td>
 * {@code EventsTest#noLockOfOursIsHeldWhileAnErrorIsTold}
 * {@code DeadConnectionsFaultIT#noOperationFailsAfterTheCrashOfOneIdleBackend}</td></tr>
 * <tr><td>7.9</td><td>Without a container: connect, transactions, close</td><td>
 * {@code UnmanagedTest#connectionFactoryWithoutConnectionManagerWorks}
 * {@code UnmanagedTest#theApplicationDemarcatesItsTransactions}
 * {@code UnmanagedTest#aConnectionThatBrokeIsDestroyed}</td></tr>
 * <tr><td>7.10.1</td><td>Without a container nothing is pooled; with one, no more than the maximum</td><td>
 * {@code UnmanagedTest#aConnectionLivesAsLongAsItsHandle}
 * {@code PoolIT#tenAtMostAndTheEleventhFailsWithAnSqlException}</td></tr>
 * </table>
 *
 * <table>
 * <caption>Transaction management</caption>
 * <tr><th>Section</th><th>Rule</th><th>Tests</th></tr>
 * <tr><td>8.3.1</td><td>getXAResource fails where only local transactions are supported</td><td>
 * {@code IdentityTest#aLocalAdapterSupportsLocalTransactions}</td></tr>
 * <tr><td>8.3.2.1</td><td>A connection has one XAResource</td><td>
 * {@code XaTest#theResourceOfAConnectionIsAlwaysTheSame}</td></tr>
 * <tr><td>8.3.2.1</td><td>Any XAResource of the database may end a branch</td><td>
 * {@code XaTest#anotherSessionRecoversWhatWasPrepared}</td></tr>
 * <tr><td>8.3.3</td><td>begin, commit and rollback do it</td><td>
 * {@code LocalTransactionTest#whatTheContainerCommitsIsThere}
 * {@code LocalTransactionTest#whatTheContainerRollsBackIsNot}
 * {@code LocalTransactionTest#aTransactionThatBeganBeforeTheSessionWasBoundHoldsForIt}</td></tr>
 * <tr><td>8.6.2.1</td><td>One phase and two phases</td><td>
 * {@code XaTest#inOnePhaseNothingIsPrepared}
 * {@code XaTest#inTwoPhasesItIsPreparedThenCommitted}</td></tr>
 * <tr><td>8.6.2.2</td><td>A failed commit in one phase is XA_RB*, and the branch is gone</td><td>
 * {@code XaTest#afterARefusedCommitInOnePhaseTheNextBranchWorks}</td></tr>
 * <tr><td>8.6.2.3</td><td>What was prepared can be committed or rolled back</td><td>
 * {@code XaTest#inTwoPhasesItIsPreparedThenCommitted}
 * {@code XaTest#itIsRolledBackBeforeAndAfterPrepare}</td></tr>
 * <tr><td>8.6.2.3</td><td>prepare says when it cannot</td><td>
 * {@code XaTest#afterARefusedPrepareTheNextBranchWorks}
 * {@code XaTest#withoutPreparedTransactionsEveryConnectionIsRefusedWithWhatToDo}</td></tr>
 * <tr><td>8.6.2.4</td><td>start and end; calls out of order are refused</td><td>
 * {@code XaTest#callsOutOfOrderAreRefused}
 * {@code XaTest#aBranchThatBeganBeforeTheSessionWasBoundHoldsForIt}
 * {@code XaTest#aBranchThatWasLeftInTheMiddleIsNotMetByTheNextBorrower}</td></tr>
 * <tr><td>8.6.2.5</td><td>What is not prepared may be rolled back by the server</td><td>
 * {@code XaTest#whatIsNotPreparedIsNotRecoveredAndEndsWithItsSession}</td></tr>
 * <tr><td>8.6.2.6</td><td>The read-only optimisation is optional: used where there is no session</td><td>
 * {@code XaTest#aBranchOnAReadOnlyConnectionIsEnded}
 * {@code XaTest#aBranchForWhichNoSessionWasBoundHasNothingToCommit}</td></tr>
 * <tr><td>8.6.2.7</td><td>An XID comes back as it was</td><td>
 * {@code XaTest#anXidComesBackBitForBit}</td></tr>
 * <tr><td>8.6.2.8</td><td>recover lists what was prepared, also after a crash</td><td>
 * {@code XaTest#anotherSessionRecoversWhatWasPrepared}
 * {@code XaRecoveryIT#afterAKillBetweenPrepareAndCommitRecoveryMakesBothAgree}</td></tr>
 * <tr><td>8.7.2.1</td><td>The application's local transactions are told</td><td>
 * {@code EventsTest#theApplicationsTransactionsAreTold}
 * {@code EventsTest#settingAutoCommitToWhatItIsTellsNothing}</td></tr>
 * <tr><td>8.7.2.1</td><td>The container's are not</td><td>
 * {@code EventsTest#theContainersTransactionsAreNotTold}</td></tr>
 * <tr><td>8.8.1</td><td>The container may roll back what the application left open</td><td>
 * {@code LocalTransactionTest#theContainerRollsBackWhatTheApplicationLeftOpen}</td></tr>
 * <tr><td>8.8.2</td><td>cleanup ends a transaction that is open</td><td>
 * {@code LocalTransactionTest#theNextBorrowerIsInNoTransaction}</td></tr>
 * <tr><td>8.9</td><td>Handles of one transaction share a connection</td><td>
 * {@code TransactionsIT#twoHandlesInOneTransactionHaveOneBackend}
 * {@code TransactionsIT#jpaAndJdbcShareTheTransaction}</td></tr>
 * <tr><td>8.11.2</td><td>associateConnection moves a handle</td><td>
 * {@code IdentityTest#aHandleMovesToTheConnectionItIsAssociatedWith}
 * {@code HandleTest#associationWithTheSamePhysicalConnectionKeepsTheStatements}</td></tr>
 * <tr><td>8.11.2</td><td>Only a handle of this adapter that is open</td><td>
 * {@code IdentityTest#aClosedOrForeignHandleIsNotAssociated}</td></tr>
 * <tr><td>8.13</td><td>The level is what the settings say, at most the descriptor's</td><td>
 * {@code IdentityTest#aLocalAdapterSupportsLocalTransactions}
 * {@code DescriptorTest#theAdapterNeverSupportsMoreThanItSays}</td></tr>
 * <tr><td>8.15.1.1</td><td>Auto-commit is off in a transaction and on outside</td><td>
 * {@code LocalTransactionTest#inTheContainersTransactionTheApplicationCannotEndIt}
 * {@code LocalTransactionTest#whatTheContainerCommitsIsThere}
 * {@code XaTest#theApplicationCannotEndTheBranch}</td></tr>
 * </table>
 *
 * <table>
 * <caption>Security contract</caption>
 * <tr><th>Section</th><th>Rule</th><th>Tests</th></tr>
 * <tr><td>10.1.7</td><td>Sign-on by the container</td><td>
 * {@code MatchingTest#theContainersSignOnDecidesWhoLogsIn}
 * {@code MatchingTest#theContainersSignOnGoesBeforeWhatTheApplicationGives}</td></tr>
 * <tr><td>10.1.7</td><td>Sign-on by the application</td><td>
 * {@code MatchingTest#getConnectionWithUserAndPasswordLogsInAsThatUser}</td></tr>
 * <tr><td>10.1.8.2</td><td>Option A: the PasswordCredential for this factory, by equals</td><td>
 * {@code MatchingTest#aCredentialForAFactoryOfTheSameConfigurationIsTaken}</td></tr>
 * <tr><td>10.1.8.2</td><td>A subject without one is refused with a SecurityException</td><td>
 * {@code MatchingTest#aSubjectWithoutACredentialForThisFactoryIsRefused}</td></tr>
 * <tr><td>10.1.8.2</td><td>Option C: the request goes before the factory's own</td><td>
 * {@code MatchingTest#getConnectionWithUserAndPasswordLogsInAsThatUser}
 * {@code MatchingTest#theNextBorrowerOfTheSameUserAndPasswordGetsTheSameSession}</td></tr>
 * <tr><td>10.1.9</td><td>No re-authentication: getConnection for somebody else is a SecurityException</td><td>
 * {@code MatchingTest#aConnectionGivesNoHandleToSomebodyElse}</td></tr>
 * <tr><td>10.2.1</td><td>Refused credentials are a SecurityException</td><td>
 * {@code MatchingTest#refusedCredentialsAreASecurityExceptionAndAServerThatIsAwayIsNone}
 * {@code MatchingTest#aWrongPasswordIsRefusedAlthoughAConnectionOfThatUserIsIdle}
 * {@code MatchingTest#aWrongPasswordCostsOneLoginAndNoSession}</td></tr>
 * <tr><td>10.2.1</td><td>The descriptor says what is supported</td><td>
 * {@code DescriptorTest#itSaysWhatTheAdapterCan}</td></tr>
 * </table>
 *
 * <table>
 * <caption>API, packaging, exceptions</caption>
 * <tr><th>Section</th><th>Rule</th><th>Tests</th></tr>
 * <tr><td>20.3</td><td>Beans have a constructor without arguments, getters and setters</td><td>
 * {@code DescriptorTest#itsBeansHaveAConstructorWithoutArguments}
 * {@code DescriptorTest#itsPropertiesAreThoseOfTheBean}</td></tr>
 * <tr><td>20.4.1</td><td>Managed connections are equal by identity</td><td>
 * {@code IdentityTest#resourceAdaptersAndManagedConnectionsAreEqualByIdentity}</td></tr>
 * <tr><td>20.4.2</td><td>Factories and requests are equal by configuration</td><td>
 * {@code IdentityTest#factoriesOfTheSameConfigurationAreEqualWhateverTheirPassword}
 * {@code IdentityTest#requestsOfTheSameUserAreEqual}</td></tr>
 * <tr><td>21.2.0.4</td><td>Nothing of Java EE is needed</td><td>
 * {@code ArchitectureTest#nothingOfJavaEeIsUsed}</td></tr>
 * <tr><td>21.4.1</td><td>The descriptor names classes and level</td><td>
 * {@code DescriptorTest#itsClassesAreWhatTheyAreSaidToBe}
 * {@code DescriptorTest#itSaysWhatTheAdapterCan}</td></tr>
 * <tr><td>21.5.3</td><td>Its properties are those of the bean</td><td>
 * {@code DescriptorTest#itsPropertiesAreThoseOfTheBean}</td></tr>
 * <tr><td>21.6.1.2</td><td>Without a container an ObjectFactory follows the reference</td><td>
 * {@code UnmanagedTest#whatIsBoundInJndiLeadsToADataSourceOfTheSameProperties}
 * {@code UnmanagedTest#aReferenceToSomethingElseIsNotOurs}</td></tr>
 * <tr><td>21.6.3</td><td>getReference gives the container's, or fails</td><td>
 * {@code UnmanagedTest#theContainersReferenceIsGivenBackAndWithoutOneThereIsNone}</td></tr>
 * <tr><td>23.2.1</td><td>LocalTransactionException: nested, not begun, refused</td><td>
 * {@code LocalTransactionTest#transactionsDoNotNest}
 * {@code LocalTransactionTest#whatWasNotBegunCannotBeCommitted}
 * {@code LocalTransactionTest#afterAFailedCommitTheConnectionIsTheApplicationsAgain}</td></tr>
 * <tr><td>23.2.1</td><td>SecurityException and UnavailableException where they belong</td><td>
 * {@code MatchingTest#refusedCredentialsAreASecurityExceptionAndAServerThatIsAwayIsNone}</td></tr>
 * </table>
 *
 * <p>Where the adapter differs:
 * <ul>
 * <li>7.5.1.2: two requests of one user are equal although their passwords differ, so that no password is compared by
 * the container; the pool and the login compare it.
 * <li>7.5.4.4: destroy leaves the handles that are open on a session that works, until the last of them is closed: the
 * container destroys connections in use at an operator's flush, and a session is not the container's.
 * <li>7.6: the log writer is kept and never written to: Terafy logs by {@code System.Logger}.
 * <li>8.9.1, 8.16 and the option B of 10.1.8.2 are optional and not offered: no SharingViolationException, no lazy
 * association or enlistment, no GSSCredential.
 * <li>21.5.4: properties are named as the settings are ({@code host}, not {@code serverName}), and neither bound nor
 * constrained.
 * </ul>
 */
@NullMarked
package com.terafy.ra.spi;

import org.jspecify.annotations.NullMarked;
