/**
 * What JDBC and the driver promise, and the tests that hold the handles to it; {@code ConformanceTableTest} fails where
 * a name here leads nowhere.
 *
 * <table>
 * <caption>JDBC</caption>
 * <tr><th>What</th><th>Tests</th></tr>
 * <tr><td>Every method of every interface is delegated, with its arguments and its result</td><td>
 * {@code EveryMethodTest#everyMethodReachesTheDriverWithItsArgumentsAndGivesItsResult}
 * {@code EveryMethodTest#theInterfacesHaveAsManyMethodsAsExpected}
 * {@code EveryMethodTest#theExceptionsToTheRulesExist}</td></tr>
 * <tr><td>Every method of a closed handle fails</td><td>
 * {@code EveryMethodTest#everyMethodOfAClosedHandleFails}
 * {@code EveryMethodTest#everyMethodFailsAfterTheConnectionIsClosed}
 * {@code EveryMethodTest#everyMethodFailsAfterTheContainerHasTakenTheConnectionBack}</td></tr>
 * <tr><td>Every error is reported once and thrown as it is</td><td>
 * {@code EveryMethodTest#everyErrorOfTheDriverIsReportedOnceAndThrown}
 * {@code DriverHandlesTest#anErrorOfTheServerIsReportedOnce}
 * {@code DriverFeaturesTest#aBatchThatFailsSaysWhichAndIsReported}</td></tr>
 * <tr><td>close is idempotent and closes what was made</td><td>
 * {@code HandleTest#closingTellsTheOwnerOnceAfterTheStatementsAreClosed}
 * {@code DriverHandlesTest#closingTheHandleClosesTheDriversStatementsAndResultSets}
 * {@code OpenHandlesTest#inWhateverOrderStatementsAreClosedTheRestIsClosedWithTheConnection}</td></tr>
 * <tr><td>unwrap and isWrapperFor</td><td>
 * {@code HandleTest#unwrapGivesTheHandleForItsOwnTypesAndTheDriversObjectForOthers}
 * {@code DriverHandlesTest#theDriversConnectionIsReachedByCastAndByUnwrap}</td></tr>
 * <tr><td>abort</td><td>
 * {@code HandleTest#abortGoesToTheOwnerAndClosesTheHandleWithoutTouchingItsStatements}
 * {@code PoolInsideTest#abortEndsTheConnectionWithOneEventAndGivesItsPermitBack}</td></tr>
 * <tr><td>getStatement and getConnection lead back to the handle</td><td>
 * {@code HandleTest#everythingLeadsBackToTheSameHandle}
 * {@code DriverHandlesTest#aResultSetOfTheMetaDataWorksAndLeadsBackToTheHandle}</td></tr>
 * <tr><td>closeOnCompletion</td><td>
 * {@code HandleTest#closeOnCompletionIsFollowed}
 * {@code DriverHandlesTest#closeOnCompletionClosesTheStatementWithItsResultSet}</td></tr>
 * <tr><td>setClientInfo on a closed handle</td><td>
 * {@code HandleTest#clientInfoOnAClosedHandleNamesTheProperties}</td></tr>
 * <tr><td>Large objects</td><td>
 * {@code DriverFeaturesTest#largeObjects}
 * {@code XaTest#largeObjectsWorkInABranch}</td></tr>
 * <tr><td>COPY</td><td>
 * {@code DriverFeaturesTest#copyInAndOut}
 * {@code DriverStateTest#aFinishedCopyKeepsTheConnection}
 * {@code DriverStateTest#anUnfinishedCopyClosesTheConnectionAndHangsNobody}</td></tr>
 * <tr><td>LISTEN and NOTIFY</td><td>
 * {@code DriverFeaturesTest#listenAndNotify}
 * {@code DriverStateTest#notificationsOfTheListenerAreNotHeardByTheNext}</td></tr>
 * <tr><td>Arrays</td><td>
 * {@code DriverFeaturesTest#arrays}</td></tr>
 * <tr><td>Refcursors</td><td>
 * {@code DriverFeaturesTest#refcursors}
 * {@code DriverHandlesTest#aCursorReadFromAResultSetIsAHandleThatDoesNotLeadToTheDriver}
 * {@code DriverHandlesTest#aCursorFromACallableStatementIsAHandle}</td></tr>
 * <tr><td>Generated keys</td><td>
 * {@code DriverFeaturesTest#generatedKeys}</td></tr>
 * <tr><td>Batches</td><td>
 * {@code DriverFeaturesTest#batches}
 * {@code DriverFeaturesTest#aBatchThatFailsSaysWhichAndIsReported}</td></tr>
 * <tr><td>Scrollable and updatable results</td><td>
 * {@code DriverFeaturesTest#scrollableAndUpdatableResults}</td></tr>
 * <tr><td>The driver's own settings of a statement</td><td>
 * {@code DriverFeaturesTest#theDriversWishesForAStatementAreKept}
 * {@code DriverStateTest#driversPreparedStatementsSurviveTheReset}</td></tr>
 * <tr><td>No call costs more than the driver's in memory</td><td>
 * {@code DriverHandlesTest#readingThroughAHandleAllocatesNothingOverTheDriver}
 * {@code DriverHandlesTest#gettingAndClosingAConnectionAllocatesOnlyTheHandle}</td></tr>
 * </table>
 */
@NullMarked
package com.terafy.ra.handles;

import org.jspecify.annotations.NullMarked;
