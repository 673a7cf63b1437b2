package com.terafy.ra.socket;

/** What an unread socket tells of the other end. */
public enum PeerState {
    /** Nothing has come since the last answer: the connection is as it was left. */
    SILENT,
    /** Something has come: a notice, a changed parameter, or the last words of a backend that ended. */
    SPOKE,
    /** The other end has closed, or the connection was reset. */
    ENDED
}
