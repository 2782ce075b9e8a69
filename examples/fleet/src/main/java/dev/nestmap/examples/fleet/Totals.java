/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sums at one moment.
 *
 * @param machines by name
 * @param tenants by port
 * @param minutes by the minute in which the maps were taken out, in UTC
 */
record Totals(
        Sum overall, SortedMap<String, Sum> machines, SortedMap<String, Sum> tenants, SortedMap<String, Sum> minutes) {
    /** Sorts the content of the store of {@link TotalsTopology}, and adds up its machines. */
    static Totals of(Map<String, Sum> store, SortedMap<String, Sum> minutes) {
        Sum missing = sum(withPrefix(store, TotalsTopology.MISSING));
        SortedMap<String, Sum> machines = withPrefix(store, TotalsTopology.MACHINE);
        SortedMap<String, Sum> tenants = withPrefix(store, TotalsTopology.TENANT);
        tenants.replaceAll((tenant, sum) -> sum.plus(missing));
        SortedMap<String, Sum> allMinutes = new TreeMap<>(minutes);
        allMinutes.replaceAll((minute, sum) -> sum.plus(missing));
        return new Totals(sum(machines), machines, tenants, allMinutes);
    }

    private static Sum sum(SortedMap<String, Sum> sums) {
        return sums.values().stream().reduce(Sum.ZERO, Sum::plus);
    }

    private static SortedMap<String, Sum> withPrefix(Map<String, Sum> store, String prefix) {
        SortedMap<String, Sum> found = new TreeMap<>();
        store.forEach((key, sum) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), sum);
            }
        });
        return found;
    }

    /**
     * The totals on one line of JSON.
     *
     * @param unread number of messages in Kafka that are not in the totals yet
     */
    String toJson(long unread) {
        return Json.text(to -> {
            to.writeFieldName("overall");
            write(to, overall);
            to.writeNumberField("unread", unread);
            write(to, "machines", machines);
            write(to, "tenants", tenants);
            write(to, "minutes", minutes);
        });
    }

    private static void write(JsonGenerator to, String name, SortedMap<String, Sum> sums) throws IOException {
        to.writeObjectFieldStart(name);
        for (Map.Entry<String, Sum> sum : sums.entrySet()) {
            to.writeFieldName(sum.getKey());
            write(to, sum.getValue());
        }
        to.writeEndObject();
    }

    private static void write(JsonGenerator to, Sum sum) throws IOException {
        to.writeStartObject();
        to.writeNumberField("packets", sum.packets());
        to.writeNumberField("bytes", sum.bytes());
        to.writeBooleanField("exact", sum.exact());
        to.writeStringField("newest", sum.newest().toString());
        to.writeEndObject();
    }
}
