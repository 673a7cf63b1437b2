package com.terafy.api;

/**
 * Who asks for an action, from where, and why; goes into the audit log and the history.
 *
 * @param who name of the user
 * @param from address of his client, or of the proxy before the server
 * @param why his reason; free text, empty if there is none
 */
public record UserRequest(String who, String from, String why) {}
