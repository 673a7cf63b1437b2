package com.terafy.monitor.parameters;

import com.terafy.monitor.problems.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The checked values of the parameters of one request.
 *
 * @param values what was given; every text keeps its rule
 */
public record Arguments(Map<Parameter, List<String>> values) {

    /** Most times that one parameter is given. */
    public static final int MOST_VALUES = 20;

    public Arguments {
        values = Map.copyOf(values);
    }

    /**
     * Checks what was given against what is accepted.
     *
     * @throws ProblemException naming the parameter and what is allowed, for the first that is unknown or wrong
     */
    public static Arguments of(Map<String, List<String>> given, Collection<Parameter> accepted) {
        Map<Parameter, List<String>> values = new EnumMap<>(Parameter.class);
        given.forEach((name, texts) -> {
            Parameter parameter = accepted.stream()
                    .filter(candidate -> candidate.text().equals(name))
                    .findFirst()
                    .orElseThrow(() -> unknown(name, accepted));
            values.put(parameter, check(parameter, texts));
        });
        return new Arguments(values);
    }

    private static ProblemException unknown(String name, Collection<Parameter> accepted) {
        List<String> names = accepted.stream().map(Parameter::text).sorted().toList();
        return ProblemException.parameter(name, "There is no such parameter here.", names);
    }

    private static List<String> check(Parameter parameter, List<String> texts) {
        int most = parameter.repeatable() ? MOST_VALUES : 1;
        if (texts.size() > most) {
            throw ProblemException.parameter(
                    parameter.text(), "Given " + texts.size() + " times, at most " + most + ".", List.of());
        }
        for (String text : texts) {
            if (!parameter.rule().permits(text)) {
                throw ProblemException.parameter(
                        parameter.text(),
                        "The value is not allowed.",
                        parameter.rule().allowed());
            }
        }
        return List.copyOf(texts);
    }

    /** These and others. */
    public Arguments and(Arguments others) {
        Map<Parameter, List<String>> both = new EnumMap<>(Parameter.class);
        both.putAll(values);
        both.putAll(others.values);
        return new Arguments(both);
    }

    /** All of them as they stand in an address, in the order of {@link Parameter}. */
    public String written() {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry ->
                        entry.getValue().stream().map(value -> entry.getKey().text() + "=" + value))
                .collect(Collectors.joining("&"));
    }

    /** Every value of a parameter; empty if it was not given. */
    public List<String> all(Parameter parameter) {
        return values.getOrDefault(parameter, List.of());
    }

    /** The value of a parameter; empty if it was not given. */
    public Optional<String> text(Parameter parameter) {
        return all(parameter).stream().findFirst();
    }

    /** The value of a number. */
    public int whole(Parameter parameter, int standard) {
        return text(parameter).map(Integer::parseInt).orElse(standard);
    }

    /** The value of a point in time; empty if it was not given. */
    public Optional<Instant> time(Parameter parameter) {
        return text(parameter).flatMap(Rule.Time::parse);
    }

    /** The value of a time; empty if it was not given. */
    public Optional<Duration> span(Parameter parameter) {
        return text(parameter).flatMap(Rule.Span::parse);
    }
}
