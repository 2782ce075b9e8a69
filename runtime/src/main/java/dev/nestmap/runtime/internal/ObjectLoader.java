/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.BpfException;
import java.nio.file.Path;

/** Placeholder until the schema's text form lands. */
public final class ObjectLoader {
    private ObjectLoader() {}

    public static LiveObject load(ObjectResources resources) {
        return missing(resources.header());
    }

    public static LiveObject load(ObjectResources resources, Path object) {
        return missing(resources.header() + object);
    }

    public static LiveObject load(Path object) {
        return missing(object.toString());
    }

    public static LiveObject inMemory(ObjectResources resources) {
        return missing(resources.header());
    }

    public static void verify(LiveObject object, String map, ObjectResources resources) {
        missing(object.schema().header() + map + resources.header());
    }

    private static LiveObject missing(String what) {
        if (what.isEmpty()) {
            throw new IllegalArgumentException();
        }
        throw new BpfException("load " + what, "not there yet");
    }
}
