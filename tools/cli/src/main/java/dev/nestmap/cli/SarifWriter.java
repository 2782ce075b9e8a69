/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.btf.LoadCheck.Part;
import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.cli.console.JsonWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the problems of object files as SARIF 2.1.0. A result is at the first line of its object, because code scanning on GitHub refuses
 * results without a line.
 */
final class SarifWriter {
    private static final String PAGE = "https://github.com/nestmap/nestmap/blob/main/docs/how-to/check-objects.md";

    private SarifWriter() {}

    static void write(JsonWriter json, Map<String, List<Problem>> problems) {
        json.beginObject();
        json.name("$schema").value("https://json.schemastore.org/sarif-2.1.0.json");
        json.name("version").value("2.1.0");
        json.name("runs").beginArray().beginObject();
        json.name("tool").beginObject().name("driver").beginObject();
        json.name("name").value("nestmap check");
        json.name("informationUri").value(PAGE);
        json.name("rules").beginArray();
        for (Part part : Part.values()) {
            json.beginObject().name("id").value(rule(part));
            json.name("shortDescription").beginObject();
            json.name("text").value(description(part)).endObject();
            json.name("helpUri").value(PAGE).endObject();
        }
        json.endArray().endObject().endObject();
        json.name("results").beginArray();
        problems.forEach((object, found) -> found.forEach(problem -> write(json, object, problem)));
        json.endArray().endObject().endArray().endObject();
    }

    private static void write(JsonWriter json, String object, Problem problem) {
        json.beginObject().name("ruleId").value(rule(problem.part()));
        json.name("level")
                .value(
                        switch (problem.severity()) {
                            case REJECTED -> "error";
                            case FRAGILE -> "warning";
                            case NOTE -> "note";
                        });
        json.name("message").beginObject().name("text");
        json.value(problem.where() + ": " + problem.what() + ". Remedy: " + problem.remedy())
                .endObject();
        json.name("locations").beginArray().beginObject();
        json.name("physicalLocation").beginObject();
        json.name("artifactLocation")
                .beginObject()
                .name("uri")
                .value(uri(object))
                .endObject();
        json.name("region").beginObject().name("startLine").value(1).endObject();
        json.endObject();
        json.name("logicalLocations").beginArray().beginObject();
        json.name("name").value(problem.where()).endObject().endArray();
        json.endObject().endArray().endObject();
    }

    /** A path below the working directory, in which code scanning looks for files, or an absolute one. */
    private static String uri(String object) {
        Path here = Path.of("").toAbsolutePath();
        Path file = Path.of(object).toAbsolutePath().normalize();
        return file.startsWith(here)
                ? here.toUri().relativize(file.toUri()).getRawPath()
                : file.toUri().toString();
    }

    private static String rule(Part part) {
        return part.name().toLowerCase(Locale.ROOT);
    }

    private static String description(Part part) {
        return switch (part) {
            case FILE -> "The object file can be read and loaded as a whole";
            case DEFINITION -> "libbpf and the kernel accept the definitions of maps and variables";
            case PROGRAM -> "libbpf knows the sections of programs, and the kernel their types";
            case RECORDS -> "The object agrees with the records";
        };
    }
}
