/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.schema.CountText;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Closes the maps and programs of an object that became garbage. Leaves programs attached, because a caller that attaches programs and
 * drops the object wants them to run until the process ends.
 */
final class LeakedObject extends HandleLeakWatch {
    private final String name;
    private final List<HandleLeakWatch> maps;
    private final ObjectBackend.Remains remains;

    /** How many programs stay attached; empty if the object was closed before. */
    private OptionalInt attached = OptionalInt.empty();

    /**
     * @param name the object's name
     * @param maps the resources of the handles to its maps
     * @param remains the maps and programs themselves
     */
    LeakedObject(String name, List<HandleLeakWatch> maps, ObjectBackend.Remains remains) {
        super("objects " + name);
        this.name = name;
        this.maps = List.copyOf(maps);
        this.remains = remains;
    }

    @Override
    public void free() {
        maps.forEach(HandleLeakWatch::free);
        attached = remains.close();
    }

    @Override
    protected @Nullable String report() {
        if (attached.isEmpty()) {
            return null;
        }
        int count = attached.getAsInt();
        if (count == 0) {
            return "object " + name + " was closed because it became garbage: close it with try-with-resources";
        }
        return "object " + name
                + " became garbage without having been closed. Its maps and programs were closed, but "
                + CountText.of(count, "attachment") + " of its programs " + (count == 1 ? "stays" : "stay")
                + " until this process ends: keep a reference to the object, and close it to detach its programs";
    }
}
