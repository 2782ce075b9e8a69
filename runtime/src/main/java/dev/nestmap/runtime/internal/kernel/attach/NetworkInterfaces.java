/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import java.util.Map;

/** Finds the interfaces of the calling thread's network namespace. */
final class NetworkInterfaces {
    private NetworkInterfaces() {}

    /** The index of the interface with this name. Throws if there is none. */
    static int index(String name, AttachErrors errors) {
        int index = Native.libc().if_nametoindex(name);
        if (index == 0) {
            throw errors.refused(
                    Native.lastErrno(),
                    Map.of(
                            Errno.ENODEV,
                            "this network namespace has no such interface: list its interfaces with ip link"));
        }
        return index;
    }
}
