/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.toolchain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/release} names each thing that a release needs first, before it builds. A clone of this repository lacks nothing. */
@Tag("long")
class ReleaseScriptTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String HEADING = "## 9.8.7 - 2026-11-21";
    private static final String REFUSED = "A release needs this first: ";

    @TempDir
    static Path directory;

    private static Path clone;
    private static String commit;

    @BeforeAll
    static void makeAReleasableClone() throws Exception {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "this is no clone");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gpg")), "gpg is not installed");
        clone = directory.resolve("a clone");
        Files.createDirectory(directory.resolve("gnupg"));
        run(directory, "git", "clone", "-q", "--shared", ROOT.toString(), clone.toString());
        for (String script : List.of("bin/release", "bin/lib/needs.sh")) {
            Files.copy(ROOT.resolve(script), clone.resolve(script), StandardCopyOption.REPLACE_EXISTING);
        }
        run(directory, "chmod", "700", "gnupg");
        run(directory, "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "a@b.c", "ed25519", "sign");
        for (Path page : pages()) {
            String text = Files.readString(page);
            Files.writeString(
                    page,
                    text.replace("0.1.0-SNAPSHOT", "9.8.7").replaceAll("no(\\s+release[^.]{0,40}\\s)yet", "a$1now"));
        }
        Files.writeString(clone.resolve("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n" + HEADING + "\n- All.\n");
        edit("pom.xml", "<!-- Not confirmed", "<!-- Confirmed");
        commit();
        commit = run(clone, "git", "rev-parse", "HEAD").strip();
    }

    @AfterAll
    static void stopTheAgent() throws Exception {
        if (clone != null) { // else the tests are skipped
            run(directory, "gpgconf", "--kill", "gpg-agent");
        }
    }

    @BeforeEach
    void reset() throws Exception {
        run(clone, "git", "reset", "-q", "--hard", commit);
    }

    @Test
    void refusesNothingIfNothingIsMissing() throws Exception {
        Path bundle = clone.resolve("target/release/nestmap-9.8.7-bundle.zip");
        Files.createDirectories(bundle.getParent());
        Files.writeString(bundle, "of another commit");

        assertThat(release("9.8.7")).startsWith("No JDK 17 or newer was found."); // the test hides it
        assertThat(bundle).doesNotExist();
    }

    @Test
    void refusesAWorkingCopyWithChanges() throws Exception {
        Files.writeString(clone.resolve("new.txt"), "");
        try {
            assertThat(release("9.8.7")).startsWith(REFUSED + "a commit: the working copy has changes");
        } finally {
            Files.delete(clone.resolve("new.txt"));
        }
    }

    @Test
    void refusesAVersionThatExists() throws Exception {
        run(clone, "git", "tag", "v9.8.7");
        try {
            assertThat(release("9.8.7")).startsWith(REFUSED + "another version: the tag v9.8.7 exists");
        } finally {
            run(clone, "git", "tag", "-d", "v9.8.7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.8", "9.8.7-SNAPSHOT", "9.8.7/../x"})
    void refusesWhatIsNoVersion(String version) throws Exception {
        assertThat(release(version)).startsWith("'" + version + "' is no version of a release.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"## 9.8.7", "## 9.8.7-rc1 - 2026-11-21", "## 9x8.7 - 2026-11-21", "## 9.8.70 - 2026-11-21"})
    void refusesAChangelogWithoutTheVersionAndItsDate(String heading) throws Exception {
        edit("CHANGELOG.md", HEADING, heading);
        commit();

        assertThat(release("9.8.7")).startsWith(REFUSED + "a heading '## 9.8.7 - 20");
    }

    @Test
    void refusesChangesThatAreStillUnreleased() throws Exception {
        edit("CHANGELOG.md", "## Unreleased\n", "## Unreleased\n- Another.\n");
        commit();

        assertThat(release("9.8.7")).startsWith(REFUSED + "an empty Unreleased in CHANGELOG.md");
    }

    @Test
    void refusesPagesThatNameAnotherVersionOrNoRelease() throws Exception {
        edit("SECURITY.md", "# Security\n", "# Security\n\nNestmap has no release\nyet.\n");
        edit("docs/build/maven.md", "'dev.nestmap' version '9.8.7'", "'dev.nestmap' version '9.8.6'");
        edit("examples/templates/maven/pom.xml", "9.8.7", "0.1.0-SNAPSHOT");
        edit("examples/templates/spring-boot/pom.xml", "9.8.7", "9.8.70");
        commit();

        assertThat(release("9.8.7"))
                .endsWith(" 'no release yet': SECURITY.md docs/build/maven.md examples/templates/maven/pom.xml"
                        + " examples/templates/spring-boot/pom.xml\n");
    }

    @Test
    void refusesAddressesThatNobodyConfirmed() throws Exception {
        edit("pom.xml", "<!-- Confirmed", "<!-- Not confirmed");
        commit();

        assertThat(release("9.8.7"))
                .startsWith(REFUSED + "confirmed url, scm and developers in pom.xml")
                .contains("https://nestmap.dev");
    }

    @Test
    void refusesWithoutAKeyThatSigns() throws Exception {
        Path keys = directory.resolve("gnupg/private-keys-v1.d");
        Path away = directory.resolve("away");
        Files.move(keys, away);
        try {
            assertThat(release("9.8.7")).startsWith(REFUSED + "a key");
        } finally {
            run(directory, "rm", "-rf", keys.toString());
            Files.move(away, keys);
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(clone.resolve("README.md"), clone.resolve("SECURITY.md")));
        for (String directory : List.of("docs", "examples/templates")) {
            try (Stream<Path> files = Files.walk(clone.resolve(directory))) {
                files.filter(file -> file.toString().matches(".*\\.(md|xml)")).forEach(pages::add);
            }
        }
        return pages;
    }

    private static void edit(String file, String part, String replacement) throws IOException {
        Path path = clone.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(part);
        Files.writeString(path, text.replace(part, replacement));
    }

    private static void commit() throws Exception {
        run(clone, "git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qam", "test: change");
    }

    private static String release(String version) throws Exception {
        return execute(clone, true, "bin/release", version);
    }

    private static String run(Path where, String... command) throws Exception {
        return execute(where, false, command);
    }

    private static String execute(Path where, boolean fails, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(where.toFile())
                .redirectErrorStream(true);
        builder.environment().put("GNUPGHOME", directory.resolve("gnupg").toString());
        builder.environment().put("JAVA_HOME", "/no/java"); // a release that is not refused stops there
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor() != 0).as(output).isEqualTo(fails);
        return output;
    }
}
