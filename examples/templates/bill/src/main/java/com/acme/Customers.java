package com.acme;

import com.acme.Bill.Network;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The file that says which customer has which networks. */
final class Customers {
    private Customers() {}

    /** Reads lines such as {@code 192.0.2.0/24 2}: a network, and the number of its customer. */
    static List<Network> read(Path file) throws IOException {
        List<Network> networks = Files.readAllLines(file).stream()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .map(Customers::network)
                .toList();
        Set<Ipv6Prefix> assigned = new HashSet<>();
        for (Network network : networks) {
            if (!assigned.add(network.prefix())) { // in the table, the last line would have it
                throw new IllegalArgumentException(network.prefix() + " is in " + file + " twice, but belongs to one customer");
            }
        }
        return networks;
    }

    private static Network network(String line) {
        try {
            String[] words = line.split("\\s+");
            long customer = Long.parseLong(words[1]);
            if (words.length > 2 || customer <= Bill.NOT_IP || customer >= Bill.ROWS) {
                throw new IllegalArgumentException("a customer has a number from 2 to " + (Bill.ROWS - 1));
            }
            return new Network(prefix(words[0]), customer);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not a network and a customer: " + line, e);
        }
    }

    private static Ipv6Prefix prefix(String text) {
        if (text.contains(":")) {
            return Ipv6Prefix.parse(text);
        }
        Ipv4Prefix v4 = Ipv4Prefix.parse(text);
        return Ipv6Prefix.parse("::ffff:" + v4.address().getHostAddress() + "/" + (96 + v4.length()));
    }
}
