/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.schema.Schema;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.IntSupplier;

/** Creates objects in memory. The module {@code dev.nestmap.memory} provides it, so a service without tests does not contain it. */
public interface MemoryBackend {
    /** Whether a thread is in {@link #runAsProgram}. */
    ThreadLocal<Boolean> PROGRAM = ThreadLocal.withInitial(() -> false);

    /**
     * Creates every map and section of global variables that a schema declares.
     *
     * @param values the initial bytes of variables, by their names; the other variables are zero
     */
    ObjectBackend create(Schema schema, Map<String, byte[]> values);

    /** Runs Java code in place of a program. Requests for inner maps that it makes meanwhile are misses. */
    static int runAsProgram(IntSupplier body) {
        boolean before = PROGRAM.get();
        PROGRAM.set(true);
        try {
            return body.getAsInt();
        } finally {
            PROGRAM.set(before);
        }
    }

    /** Whether this thread runs Java code in place of a program. */
    static boolean isProgram() {
        return PROGRAM.get();
    }

    /** Finds the backend beside the runtime. */
    static MemoryBackend find() {
        return ServiceLoader.load(MemoryBackend.class, MemoryBackend.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> BpfException.of(Reason.NOT_FOUND, "search for maps in memory")
                        .because(
                                "they are not on the class path or the module path: add the dependency dev.nestmap:nestmap-memory, with the version"
                                        + " of nestmap-runtime. Use the scope test if only tests call inMemory"));
    }
}
