/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.records.ImportRequest;
import dev.nestmap.cli.records.ImportedRecords;
import dev.nestmap.cli.records.RecordImport;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.JavaFileObject;

/** Imports objects, and compiles the records of all of them at once. */
final class RoundTrip {
    private final Path folder;
    private final Map<String, ObjectFile> objects = new LinkedHashMap<>();
    private final Map<String, ImportedRecords> records = new LinkedHashMap<>();

    /** @param folder receives what javac and the processor write */
    RoundTrip(Path folder) {
        this.folder = folder;
    }

    /** The name of the records that bind to an object. */
    static String binding(String object) {
        return "bound_" + object;
    }

    /** Imports an object twice: for records that bind to it, and for records with a header. */
    void addBoth(String name, Path file) {
        add(name, file, List.of(false, true));
    }

    /** Imports an object for records with a header, whose types of events are those that BTF names. */
    void add(String name, Path file) {
        add(name, file, List.of(true));
    }

    private void add(String name, Path file, List<Boolean> headers) {
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile object = read(name, file, malformed);
        objects.put(name, object);
        for (boolean header : headers) {
            String written = header ? name : binding(name);
            records.put(
                    written,
                    RecordImport.of(new ImportRequest(
                            object.schema(),
                            "the maps of " + name + ".bpf.o",
                            "com.acme",
                            written,
                            header,
                            Map.of(),
                            Map.of(),
                            ImportRequest.unreadable(object, malformed))));
        }
    }

    /** Compiles all records. */
    void compile() {
        compile(records.keySet());
    }

    /** Compiles the records with these names. */
    void compile(Collection<String> names) {
        List<JavaFileObject> sources = new ArrayList<>();
        names.forEach(name -> sources.add(Sources.of(records(name).source())));
        Compilation compilation = new OutputFolder(folder).compile(sources);
        assertThat(compilation.errors()).isEmpty();
    }

    Schema actual(String name) {
        return Objects.requireNonNull(objects.get(name), name).schema();
    }

    ImportedRecords records(String name) {
        return Objects.requireNonNull(records.get(name), name);
    }

    /** The schema that the processor made of the records. */
    Schema declared(String name) {
        try {
            return SchemaText.parse(Files.readString(folder.resolve("META-INF/bpf/com/acme/" + name + ".schema")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema of the object that is compiled with the generated header and nothing else. */
    Schema recompiled(String name) {
        return read(name, recompiledFile(name), new ArrayList<>()).schema();
    }

    /** Compiles the generated header and nothing else. */
    Path recompiledFile(String name) {
        Path object = folder.resolve(name + "_again.bpf.o");
        compile("#include \"" + name + ".bpf.h\"\n", object).succeeded();
        return object;
    }

    /** Compiles the generated header after the kernel's own types. */
    InstalledCommand.Result compileAfterKernelTypes(String name) {
        return compile(
                "#include \"" + kernelTypes() + "\"\n#include \"" + name + ".bpf.h\"\n",
                folder.resolve(name + "_kernel.bpf.o"));
    }

    /** Writes {@code vmlinux.h} of the running kernel into the folder. */
    Path kernelTypes() {
        Path types = folder.resolve("vmlinux.h");
        try {
            if (!Files.exists(types)) {
                Files.writeString(types, InstalledCommand.vmlinux());
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles a C source with the generated headers. */
    InstalledCommand.Result compile(String program, Path object) {
        Path source = object.resolveSibling(object.getFileName() + ".c");
        try {
            Files.writeString(source, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return InstalledClang.newest()
                .compile(
                        source,
                        object,
                        List.of(
                                "-target",
                                "bpf",
                                "-O2",
                                "-ffreestanding", // a program may be called main
                                "-Wno-unused-function",
                                "-Wno-missing-declarations", // vmlinux.h has enums without names
                                "-I" + folder.resolve("META-INF/bpf/include")));
    }

    private static ObjectFile read(String name, Path file, List<MalformedMap> malformed) {
        try {
            return ObjectFile.parseReadable(name, Files.readAllBytes(file), malformed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
