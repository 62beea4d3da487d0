"""Risk as the product knows it: made from evidence, kept from morning to morning, shown, told and held to account."""
