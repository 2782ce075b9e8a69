/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The files that lie beside a generated class.
 *
 * @param anchor the generated class
 * @param header name of the header, of the schema text and of the object
 * @param sizes {@code max_entries} of maps that the records leave to load time, by name
 */
public record ObjectResources(Class<?> anchor, String header, Map<String, Long> sizes) {
    private static final String FOLDER = "META-INF/bpf/";

    /** Copies the sizes. */
    public ObjectResources {
        sizes = Map.copyOf(sizes);
    }

    /** The same with a size for a map that the records leave to load time. */
    public ObjectResources sized(String map, long entries) {
        Map<String, Long> more = new HashMap<>(sizes);
        more.put(map, entries);
        return new ObjectResources(anchor, header, more);
    }

    /**
     * What the records declare, as the processor wrote it down.
     *
     * @throws BpfException when it is not there or can't be read, or when types of other headers have changed since
     */
    public Schema schema() {
        return sized(records());
    }

    /** The same without sizes that are said at load. */
    Schema records() {
        Schema schema = parse(
                header,
                "it is not beside " + anchor.getName()
                        + "; nestmap-processor writes it into the class output together with that class: package both, in the same"
                        + " jar or module");
        for (Schema.Include include : schema.includes()) {
            if (!include.external()) {
                Schema now = parse(
                        include.header(),
                        "types of it are used by " + anchor.getName()
                                + "; nestmap-processor writes it into the class output together with their codecs: package both, in"
                                + " the same jar or module");
                SharedTypes.requireUnchanged(anchor, schema, include, now);
            }
        }
        return schema;
    }

    /** With the sizes that are said for this load. */
    Schema sized(Schema records) {
        return records.sized(map -> {
            Long size = sizes.get(map.name());
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        });
    }

    private Schema parse(String ofHeader, String whenMissing) {
        String name = FOLDER + ofHeader + ".schema";
        byte[] text = read(name);
        if (text == null) {
            throw new BpfException("search for resource " + name, whenMissing);
        }
        try {
            return SchemaText.parse(new String(text, StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw BpfException.of("reading of resource " + name)
                    .because(e.getMessage()
                            + "; give nestmap-processor and nestmap-runtime the same version and compile again")
                    .cause(e)
                    .build();
        }
    }

    /**
     * The object file.
     *
     * @throws BpfException when it is not there or can't be read
     */
    public byte[] object() {
        String name = FOLDER + header + ".bpf.o";
        byte[] object = read(name);
        if (object == null) {
            throw new BpfException(
                    "search for resource " + name,
                    "it is not beside " + anchor.getName()
                            + "; have the goal compile of nestmap-maven-plugin make it of src/main/bpf/" + header
                            + ".bpf.c (in Maven's phase process-classes), or load a file by load(Path)");
        }
        return object;
    }

    private byte @Nullable [] read(String name) {
        try (InputStream in = open(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw BpfException.of("reading of resource " + name)
                    .because(e.toString())
                    .cause(e)
                    .build();
        }
    }

    /** A class of a named module finds what is in that module alone; its loader finds those of others. */
    private @Nullable InputStream open(String name) {
        InputStream own = anchor.getResourceAsStream("/" + name);
        ClassLoader loader = anchor.getClassLoader();
        return own == null && loader != null ? loader.getResourceAsStream(name) : own;
    }
}
