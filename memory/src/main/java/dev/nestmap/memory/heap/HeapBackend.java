/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.internal.backend.MemoryBackend;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.schema.Schema;
import java.util.Map;

/** Creates objects in the Java heap. The runtime finds it as a service. */
public final class HeapBackend implements MemoryBackend {
    @Override
    public ObjectBackend create(Schema schema, Map<String, byte[]> values) {
        return new HeapObject(schema, values);
    }
}
