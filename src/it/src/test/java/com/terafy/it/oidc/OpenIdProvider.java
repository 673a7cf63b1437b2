package com.terafy.it.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * As much of an OpenID provider as a relying party needs: discovery, keys, and a login that asks nobody for a password.
 * Its tokens are signed RS256 and laid out as Keycloak lays them out. Thread-safe.
 */
final class OpenIdProvider implements AutoCloseable {

    static final String CLIENT = "terafy";
    static final String SECRET = "only-for-the-provider";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Duration LIFE = Duration.ofMinutes(5);

    private final HttpServer server;
    private final KeyPair keys = rsa();
    private volatile List<String> roles = List.of();

    OpenIdProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/.well-known/openid-configuration", exchange -> json(exchange, discovery()));
        server.createContext("/keys", exchange -> json(exchange, Map.of("keys", List.of(published()))));
        server.createContext("/login", this::login);
        server.createContext("/token", this::exchange);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Roles of whoever logs in from now on. */
    void roles(String... those) {
        roles = List.of(those);
    }

    /** A valid access token. */
    String token(String... those) {
        return signed(access(List.of(those), Instant.now()), keys);
    }

    /** One that was valid once. */
    String expired(String... those) {
        return signed(access(List.of(those), Instant.now().minus(LIFE.multipliedBy(2))), keys);
    }

    /** One that another provider has signed. */
    String forged(String... those) {
        return signed(access(List.of(those), Instant.now()), rsa());
    }

    /** One that says that it needs no signature. */
    String unsigned(String... those) {
        return part(Map.of("alg", "none")) + "." + part(access(List.of(those), Instant.now())) + ".";
    }

    private Map<String, Object> discovery() {
        return Map.of(
                "issuer",
                url(),
                "authorization_endpoint",
                url() + "/login",
                "token_endpoint",
                url() + "/token",
                "jwks_uri",
                url() + "/keys",
                "end_session_endpoint",
                url() + "/logout",
                "response_types_supported",
                List.of("code"),
                "subject_types_supported",
                List.of("public"),
                "id_token_signing_alg_values_supported",
                List.of("RS256"));
    }

    private Map<String, Object> published() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return Map.of(
                "kty", "RSA",
                "use", "sig",
                "alg", "RS256",
                "kid", "first",
                "n", number(key.getModulus()),
                "e", number(key.getPublicExponent()));
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return BASE64.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private Map<String, Object> access(List<String> those, Instant issued) {
        return claims("Bearer", issued, Map.of("realm_access", Map.of("roles", those)));
    }

    private Map<String, Object> claims(String type, Instant issued, Map<String, Object> more) {
        Map<String, Object> claims = new java.util.HashMap<>(more);
        claims.putAll(Map.of(
                "iss",
                url(),
                "sub",
                "7f3c",
                "aud",
                CLIENT,
                "azp",
                CLIENT,
                "typ",
                type,
                "jti",
                UUID.randomUUID().toString(),
                "iat",
                issued.getEpochSecond(),
                "exp",
                issued.plus(LIFE).getEpochSecond(),
                "preferred_username",
                "ana"));
        return claims;
    }

    private static String signed(Map<String, Object> claims, KeyPair by) {
        String text = part(Map.of("alg", "RS256", "typ", "JWT", "kid", "first")) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(by.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(Map<String, Object> object) {
        try {
            return BASE64.encodeToString(JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 6749, 4.1.2: back to the client, at once, with a code; it is the nonce that the ID token has to repeat. */
    private void login(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
        String back = asked.get("redirect_uri");
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        back + (back.contains("?") ? "&" : "?") + "code=" + asked.get("nonce") + "&state="
                                + asked.get("state"));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    /** RFC 6749, 4.1.3: the code for the tokens, if the client has shown its secret. */
    private void exchange(HttpExchange exchange) throws IOException {
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String pair = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        Map<String, String> asked = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (!shown.equals("Basic " + pair) || asked.get("code") == null) {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        json(
                exchange,
                Map.of(
                        "access_token", signed(access(roles, Instant.now()), keys),
                        "id_token", signed(claims("ID", Instant.now(), Map.of("nonce", asked.get("code"))), keys),
                        "token_type", "Bearer",
                        "expires_in", LIFE.toSeconds()));
    }

    private static Map<String, String> form(String text) {
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static void json(HttpExchange exchange, Map<String, Object> object) throws IOException {
        byte[] body = JSON.writeValueAsBytes(object);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
