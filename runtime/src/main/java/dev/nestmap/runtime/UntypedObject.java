/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.internal.load.LoadSettings;
import java.nio.file.Path;

/** An opened object without a generated class. */
final class UntypedObject extends OpenObject<LoadedObject, UntypedObject> {
    UntypedObject(Path file) {
        super(LoadSettings.of(file), LoadedObject::new);
    }
}
