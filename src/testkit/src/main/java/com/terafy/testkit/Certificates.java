package com.terafy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of its own and a certificate for localhost signed by it, made by the JDK's keytool at run
 * time and thrown away afterwards; no key is ever in the repository.
 *
 * @param authority the certificate of the authority, PEM
 * @param server the server's certificate followed by the authority's, PEM
 * @param key the server's private key, PKCS#8 PEM
 */
public record Certificates(String authority, String server, String key) {

    private static final String PASSWORD = "only-for-this-file";
    private static final int MIME_LINE = 64;

    /** Fresh ones. Takes about two seconds. */
    public static Certificates generate() {
        try {
            Path directory = Files.createTempDirectory("terafy-certificates-");
            try {
                Path store = directory.resolve("store.p12");
                keytool(store, "authority", "CN=Terafy test authority", "BC:critical=ca:true");
                keytool(store, "server", "CN=localhost", "SAN=dns:localhost,ip:127.0.0.1", "-signer", "authority");
                return read(store);
            } finally {
                Directories.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot generate certificates", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot read what keytool has written", e);
        }
    }

    private static void keytool(Path store, String alias, String name, String extension, String... more) {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-ext",
                extension,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Commands.require(command);
    }

    private static Certificates read(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, PASSWORD.toCharArray());
        }
        Certificate authority = store.getCertificate("authority");
        Certificate server = store.getCertificate("server");
        Key key = store.getKey("server", PASSWORD.toCharArray());
        String authorityText = pem("CERTIFICATE", authority.getEncoded());
        return new Certificates(
                authorityText,
                pem("CERTIFICATE", server.getEncoded()) + authorityText,
                pem("PRIVATE KEY", key.getEncoded()));
    }

    private static String pem(String kind, byte[] content) {
        String text = Base64.getMimeEncoder(MIME_LINE, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Certificates for localhost";
    }
}
