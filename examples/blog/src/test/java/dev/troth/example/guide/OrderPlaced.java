package dev.troth.example.guide;

import dev.troth.message.Kind;

@Kind("order-placed")
record OrderPlaced(String id, String customer, int amount) {}
