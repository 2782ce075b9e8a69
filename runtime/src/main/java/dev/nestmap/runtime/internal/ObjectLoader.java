/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import java.nio.file.Path;

public final class ObjectLoader {
    private ObjectLoader() {}

    public static LiveObject load(ObjectResources resources) {
        throw new UnsupportedOperationException();
    }

    public static LiveObject load(ObjectResources resources, Path object) {
        throw new UnsupportedOperationException();
    }

    public static LiveObject load(Path object) {
        throw new UnsupportedOperationException();
    }

    public static LiveObject inMemory(ObjectResources resources) {
        throw new UnsupportedOperationException();
    }

    public static void verify(LiveObject object, String map, ObjectResources resources) {
        throw new UnsupportedOperationException();
    }
}
