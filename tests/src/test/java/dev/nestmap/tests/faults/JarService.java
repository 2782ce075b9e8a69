/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.pin.PlannedUpgrade;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A service in a jar: the class of {@link ServiceVersion} implements it. */
public interface JarService extends AutoCloseable {
    /** The class in each jar. */
    String CLASS = "random.Service";

    /** Stores what a drain passes, before it is acknowledged. */
    @FunctionalInterface
    interface Store {
        void store(String identity, List<Object> entries) throws Exception;
    }

    /** Loads the object and attaches its program to lo, in place of that of the version before. */
    void start(Path object, Path pins);

    /** Drains all inner maps. */
    void drain(Store store);

    /** The entries of the plain map in which programs count. */
    List<Object> totals();

    /** The entries of the plain map that programs only read. */
    List<Object> settings();

    /** The maps of the other version that wait. */
    Map<String, Long> kept();

    /** What an upgrade from this schema text does, as a unit test sees it. */
    PlannedUpgrade plan(Path schemaText);

    @Override
    void close();
}
