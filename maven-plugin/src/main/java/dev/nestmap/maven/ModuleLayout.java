/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.File;
import java.nio.file.Path;

/**
 * Where the files of a module are.
 *
 * @param base the module
 * @param sources the {@code .bpf.c} files, and copies of schema texts
 * @param output what becomes the jar, with what the annotation processor generated
 * @param work our own files, never in the jar
 */
record ModuleLayout(Path base, Path sources, Path output, Path work) {
    /** From what Maven hands over. */
    static ModuleLayout of(File base, File sources, File output, File work) {
        return new ModuleLayout(path(base), path(sources), path(output), path(work));
    }

    static Path path(File file) {
        return file.toPath().toAbsolutePath().normalize();
    }

    /** The headers that were generated from this module's records. */
    Path ownHeaders() {
        return output.resolve(DependencyHeaders.FOLDER);
    }

    Path dependencyHeaders() {
        return work.resolve("include");
    }

    Path source(String name) {
        return sources.resolve(name + SourceFiles.SUFFIX);
    }

    /** Where the annotation processor puts schema texts, and where objects go. */
    Path resources() {
        return output.resolve("META-INF/bpf");
    }

    /** The copy of a schema text that developers keep. */
    Path schemaCopy(String name) {
        return sources.resolve(name + ".schema");
    }

    /** The schema text of the header or object of this name; whether there is one is another matter. */
    Path schema(String name) {
        return resources().resolve(name + ".schema");
    }

    /** The object as it goes into the jar. */
    Path object(String name) {
        return resources().resolve(name + ".bpf.o");
    }

    /** The object before it has passed all checks. */
    Path stagedObject(String name) {
        return work.resolve(name + ".bpf.o");
    }

    Path dependencyFile(String name) {
        return work.resolve(name + ".d");
    }

    Path fingerprint(String name) {
        return work.resolve(name + SourceFiles.FINGERPRINT_SUFFIX);
    }
}
