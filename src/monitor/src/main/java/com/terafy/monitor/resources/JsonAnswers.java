package com.terafy.monitor.resources;

import com.terafy.monitor.json.Json;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Writes the records that resources answer, and tags what is read: a client that polls sends the tag back in
 * If-None-Match and gets 304 while nothing has changed.
 */
@Provider
public class JsonAnswers implements ContainerResponseFilter {

    private static final int TAG_BYTES = 12;

    /** For the container. */
    public JsonAnswers() {}

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!(response.getEntity() instanceof Record entity)) {
            return;
        }
        String json = Json.write(entity);
        MediaType type = response.getMediaType() == null ? MediaType.APPLICATION_JSON_TYPE : response.getMediaType();
        response.setEntity(json, new Annotation[0], type.withCharset(StandardCharsets.UTF_8.name()));
        if (request.getMethod().equals("GET") && response.getStatus() == Response.Status.OK.getStatusCode()) {
            tag(request, response, json);
        }
    }

    private static void tag(ContainerRequestContext request, ContainerResponseContext response, String json) {
        String tag = '"' + hash(json) + '"';
        response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
        String known = request.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null
                && Arrays.stream(known.split(",", 20)).map(JsonAnswers::strong).anyMatch(tag::equals)) {
            response.setStatus(Response.Status.NOT_MODIFIED.getStatusCode());
            response.setEntity(null);
        }
    }

    /** RFC 9110, 13.1.2: If-None-Match compares weakly. */
    private static String strong(String tag) {
        String stripped = tag.strip();
        return stripped.startsWith("W/") ? stripped.substring(2) : stripped;
    }

    private static String hash(String json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}
