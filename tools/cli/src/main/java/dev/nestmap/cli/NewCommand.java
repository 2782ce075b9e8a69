/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.text.SchemaTextNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the project of the start page, that of a bill, or that of a fleet. */
@Command(
        name = "new",
        header = "Writes a small service that counts packets, as a starting point.",
        description =
                "Writes a Maven project into a new directory: records, BPF program, service, test and README. `sh DIRECTORY/run` builds"
                        + " and starts it.",
        footer = {
            "",
            "Examples:",
            "  nestmap new traffic",
            "  nestmap new packet-counts --package org.example.net",
            "  nestmap new bill --bill",
            "  nestmap new flows --fleet"
        })
final class NewCommand implements Callable<Integer> {
    /** The files of {@code examples/templates/maven}, which the build copies into the jar. */
    static final List<String> FILES = List.of(
            "README.md",
            "pom.xml",
            "run",
            "src/main/bpf/traffic.bpf.c",
            "src/main/bpf/traffic.schema",
            "src/main/java/com/acme/Main.java",
            "src/main/java/com/acme/Traffic.java",
            "src/test/java/com/acme/TrafficTest.java",
            "src/test/java/com/acme/UpgradeTest.java");

    /** The files of {@code examples/templates/fleet}. */
    static final List<String> FLEET_FILES = List.of(
            "Dockerfile",
            "README.md",
            "client.properties",
            "flows.yaml",
            "pom.xml",
            "sql/duckdb.sql",
            "sql/flink.sql",
            "sql/postgresql.sql",
            "sql/tables.sql",
            "src/main/bpf/flows.bpf.c",
            "src/main/bpf/flows.schema",
            "src/main/java/com/acme/Agent.java",
            "src/main/java/com/acme/Database.java",
            "src/main/java/com/acme/Flows.java",
            "src/main/java/com/acme/Loader.java",
            "src/main/java/com/acme/Metrics.java",
            "src/main/resources/simplelogger.properties");

    /** The files of {@code examples/templates/bill}. */
    static final List<String> BILL_FILES = List.of(
            "README.md",
            "bill.service",
            "customers.txt",
            "pom.xml",
            "src/main/bpf/bill.bpf.c",
            "src/main/bpf/bill.schema",
            "src/main/java/com/acme/Bill.java",
            "src/main/java/com/acme/Billing.java",
            "src/main/java/com/acme/Customers.java",
            "src/main/java/com/acme/Main.java",
            "src/test/java/com/acme/BillingTest.java");

    private static final String PACKAGE = "com.acme";
    private static final String PACKAGE_PATH = "com/acme";

    /** The step before the first build of a project that names a snapshot. */
    static final String INSTALLATION =
            "before the first build, install this version of Nestmap, which is not on Maven Central: run mvn install -Pquick -DskipTests"
                    + " in a clone of its repository";

    private static final Pattern FROM = Pattern.compile("(?m)^from (.*)$");

    private static final Pattern NESTMAP_SNAPSHOT =
            Pattern.compile("nestmap-service-parent</artifactId>\\s*<version>[^<]+-SNAPSHOT<");

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            index = "0",
            paramLabel = "DIRECTORY",
            description =
                    "The directory to create. Its name becomes the name of the Maven artifact: lower-case letters, digits and hyphens.")
    private Path directory = Path.of("");

    @Option(
            names = "--package",
            defaultValue = PACKAGE,
            paramLabel = "P",
            description = "The Java package and the Maven group. Default: com.acme.")
    private String packageName = PACKAGE;

    @ArgGroup
    private final Template chosen = new Template();

    /** At most one of them. */
    private static final class Template {
        @Option(
                names = "--bill",
                description =
                        "Writes a service for bills, with a unit for systemd. It stores the packets and bytes of each customer and day (IPv4"
                                + " and IPv6) in a database.")
        private boolean isBill;

        @Option(
                names = "--fleet",
                description =
                        "Writes an agent for many machines, which sends its counts to Kafka. Also writes its image, manifest for Kubernetes"
                                + " and tables, and a loader, which stores the counts in a database.")
        private boolean isFleet;

        String directory() {
            return isBill ? "bill" : isFleet ? "fleet" : "template";
        }

        /** The name of the project in its files. */
        String name() {
            return isBill ? "bill" : isFleet ? "flows" : "traffic";
        }

        List<String> files() {
            return isBill ? BILL_FILES : isFleet ? FLEET_FILES : FILES;
        }
    }

    @Override
    public Integer call() {
        String name = String.valueOf(directory.getFileName());
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw common.usage(
                    "the name is " + SafeText.quoted(name)
                            + "; begin with a lower-case letter, and use lower-case letters, digits and hyphens, such as packet-counts");
        }
        common.requirePackage(packageName);
        String shown = SafeText.visible(directory.toString());
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailedException(
                    shown + " exists; choose another name, or run the command in another directory");
        }
        for (String file : chosen.files()) {
            Path target = directory.resolve(file.replace(PACKAGE_PATH, packageName.replace('.', '/')));
            try {
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.writeString(target, adapted(file, name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new CommandFailedException("the file " + SafeText.visible(target + " can't be written: " + e)
                        + (Files.exists(directory) ? "; remove " + shown + " before you try again" : ""));
            }
        }
        common.console()
                .line("wrote " + shown + "; "
                        + (!chosen.files().contains("run")
                                ? "how to build and start it: " + shown + "/README.md"
                                : "build and start the service: sh " + shown + "/run"));
        if (isSnapshot(template("pom.xml"))) {
            common.console().line(INSTALLATION);
        }
        return ExitCode.OK;
    }

    /** Whether the project names a version of Nestmap that is not on Maven Central. */
    static boolean isSnapshot(String pom) {
        return NESTMAP_SNAPSHOT.matcher(pom).find();
    }

    private String adapted(String file, String name) {
        String text = template(file).replace(PACKAGE, packageName).replace(PACKAGE_PATH, packageName.replace('.', '/'));
        if (file.endsWith(".schema")) {
            return FROM.matcher(text)
                    .replaceAll(from -> Matcher.quoteReplacement("from " + SchemaTextNames.name(from.group(1))));
        }
        return switch (file) {
            case "pom.xml" -> text.replace("<artifactId>" + chosen.name() + "<", "<artifactId>" + name + "<");
            case "README.md" -> text.replace("# " + chosen.name(), "# " + name);
            default -> text;
        };
    }

    private String template(String file) {
        String path = chosen.directory() + "/" + file;
        try (InputStream content = Objects.requireNonNull(NewCommand.class.getResourceAsStream(path), path)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
