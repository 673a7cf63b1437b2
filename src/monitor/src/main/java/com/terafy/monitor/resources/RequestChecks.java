package com.terafy.monitor.resources;

import com.terafy.monitor.openapi.BodyMember;
import com.terafy.monitor.openapi.Operation;
import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Body;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.problems.ProblemException;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks parameters and body of every request against the {@link Operation} of the method it goes to. Runs after the
 * roles are checked (they come with a higher priority), so that a wrong parameter tells nothing to who may not ask.
 */
@Provider
public class RequestChecks implements ContainerRequestFilter {

    @Context
    private ResourceInfo resource;

    @Context
    private HttpServletRequest servlet;

    @Inject
    private Asked asked;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public RequestChecks() {}

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        Operation operation = resource.getResourceMethod().getAnnotation(Operation.class);
        if (operation == null) {
            return; // OPTIONS, which the container answers
        }
        asked.from(String.valueOf(servlet.getRemoteAddr()));
        List<Parameter> path = List.of(operation.path());
        Arguments inPath = Arguments.of(only(path, request.getUriInfo().getPathParameters()), path);
        Arguments inQuery = Arguments.of(request.getUriInfo().getQueryParameters(), List.of(operation.query()));
        asked.set(inPath.and(inQuery), body(operation, request));
    }

    private static Body body(Operation operation, ContainerRequestContext request) throws IOException {
        if (operation.body().length == 0) {
            return Body.EMPTY;
        }
        List<BodyMember> members = Arrays.asList(operation.body());
        Body body = Body.read(
                request.getEntityStream(),
                members.stream().map(BodyMember::text).toList());
        for (BodyMember member : members) {
            switch (member.kind()) {
                case REQUIRED -> body.text(member.text(), member.longest());
                case OPTIONAL -> body.optionalText(member.text(), member.longest());
                case FLAG -> body.flag(member.text());
            }
        }
        return body;
    }

    /** RESTEasy gives the path parameters of a sub-resource twice where both paths have one. */
    private static Map<String, List<String>> only(Collection<Parameter> wanted, MultivaluedMap<String, String> given) {
        return wanted.stream()
                .collect(Collectors.toMap(
                        Parameter::text,
                        parameter -> List.of(given.getFirst(parameter.text())),
                        (first, second) -> first,
                        LinkedHashMap::new));
    }

    /** The member of a body that is one of these texts. */
    static <T> T choice(BodyMember member, String text, Map<String, T> choices) {
        T chosen = choices.get(text);
        if (chosen == null) {
            throw ProblemException.member(
                    member.text(),
                    "The value is not allowed.",
                    choices.keySet().stream().sorted().toList());
        }
        return chosen;
    }
}
