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

/**
 * Writes the records that resources answer, and tags what is read, see {@link AnswerTag}: a client that polls sends the
 * tag back in If-None-Match and gets 304 while nothing has changed.
 */
@Provider
public class JsonAnswers implements ContainerResponseFilter {

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
            tag(request, response, AnswerTag.of(entity));
        }
    }

    private static void tag(ContainerRequestContext request, ContainerResponseContext response, String tag) {
        response.getHeaders().putSingle(HttpHeaders.ETAG, tag);
        String known = request.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null && AnswerTag.isAmong(tag, known)) {
            response.setStatus(Response.Status.NOT_MODIFIED.getStatusCode());
            response.setEntity(null);
        }
    }
}
