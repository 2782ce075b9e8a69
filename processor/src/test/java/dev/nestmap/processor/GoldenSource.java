/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import dev.nestmap.processor.testing.Sources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;

/**
 * The object of a golden and the types in other files. A golden has only what differs from a simpler source: imports, declarations of the
 * object, each of which replaces the one with the same name, and whole files, which begin with their package. Blank lines separate
 * declarations.
 */
final class GoldenSource {
    private static final Pattern NAME = Pattern.compile("(?m)^ *(?:public |sealed )*(?:record|enum|interface) (\\w+)");
    private static final String OBJECT = "Flows";

    private final TreeSet<String> imports = new TreeSet<>();
    private final Map<String, String> declarations = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    /** Adds what a person wrote in a golden, or in the base. */
    GoldenSource with(String written) {
        for (String part : written.split("(?m)^(?=package )", -1)) {
            if (part.startsWith("package ")) {
                files.put(nameIn(part), part);
            } else {
                Stream.of(part.strip().split("\n\n(?=\\S)", -1)).forEach(this::declare);
            }
        }
        return this;
    }

    private void declare(String declaration) {
        if (declaration.startsWith("import ")) {
            declaration.lines().forEach(imports::add);
        } else if (!declaration.startsWith("//") && !declaration.isBlank()) {
            declarations.put(nameIn(declaration), declaration);
        }
    }

    private static String nameIn(String text) {
        Matcher name = NAME.matcher(text);
        if (!name.find()) {
            throw new IllegalArgumentException("no type in " + text);
        }
        return name.group(1);
    }

    List<JavaFileObject> files() {
        StringBuilder object = new StringBuilder("package com.acme;\n\n");
        imports.forEach(line -> object.append(line).append('\n'));
        object.append(declarations.get(OBJECT)).append(" {\n");
        declarations.forEach((name, declaration) -> {
            if (!name.equals(OBJECT)) {
                object.append('\n').append(declaration.indent(4));
            }
        });
        return Stream.concat(Stream.of(object.append("}\n").toString()), files.values().stream())
                .map(Sources::of)
                .toList();
    }
}
